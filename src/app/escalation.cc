// SPDX-License-Identifier: Apache-2.0
#include "app/escalation.hh"

#include "app/employee_letter.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

// By nobody it would be looked for: whoever is away but works here keeps what is theirs.
Status release_what_is_left(House& house) {
    TRY(const auto assignees, house.desk->overdue_assignees());
    if (assignees.empty()) return {};
    TRY(const auto employees, house.staff->list());
    for (const auto& one : assignees) {
        const auto id = EmployeeId::parse(one);
        if (!id || find_active(employees, *id) != nullptr) continue;
        TRY(const auto released, house.desk->release_overdue(one));
        if (released > 0) log::info("requests_released", {{"requests", released}});
    }
    return {};
}

Status write_letters(House& house, const std::string& address, const services::Say& say) {
    TRY(const auto due,
        house.overdue_letters->due([&](Time until) { return house.desk->overdue(until); },
                                   [&](Time until) { return house.rights->overdue(until); }));
    if (due.empty()) return {};
    TRY(const auto employees, house.staff->list());
    const auto organization = organization_of(house);
    for (auto one : due) {
        const auto* employee = find_active(employees, one.letter.employee);
        if (employee == nullptr) {
            TRY_OK(house.overdue_letters->remove(one.letter.employee));
            continue;
        }
        // Roles may have gone since.
        if (!has_role(*employee, "agent")) one.requests = {};
        if (!has_role(*employee, "officer")) one.rights = {};
        if (!one.is_news()) continue;
        const bool soon = house.overdue_letters->tells_before();
        const auto letter =
            letter_to(house, *employee, services::LetterKind::work_overdue,
                      word_overdue(one, soon, employee->language, organization, address, say));
        TRY_OK(house.overdue_letters->tell(one, [&](sql::Writer& unit) {
            return house.letters->write_to_stranger(unit, letter);
        }));
        house.letters->notify();
    }
    return {};
}

}  // namespace

services::Worded word_overdue(const services::OverdueLetters::Due& due, bool soon,
                              const std::string& language, const std::string& organization,
                              const std::string& address, const services::Say& words) {
    const Wording say(words, language);
    services::Worded worded;
    worded.subject = say(soon ? "overdue_soon_subject" : "overdue_subject",
                         {{"number", due.requests.count + due.rights.count}});
    const auto tell = [&](const char* title, const services::Overdue& found, const char* page) {
        if (found.count == 0) return;
        worded.text += say(title) + "\n";
        worded.text +=
            say(soon ? "overdue_soon_count" : "overdue_count", {{"number", found.count}}) + "\n";
        worded.text += say("overdue_oldest", {{"day", found.oldest}}) + "\n";
        if (found.nobodys > 0) {
            worded.text += say("overdue_nobodys", {{"number", found.nobodys}}) + "\n";
        }
        worded.text += "\n" + address + page + "\n\n";
    };
    tell("overdue_desk", due.requests, "/console/desk?show=overdue");
    tell("overdue_rights", due.rights, "/console/desk/rights");
    worded.text += say("overdue_more") + "\n\n" +
                   say("digest_closing", {{"organization", organization}}) + "\n";
    return worded;
}

Status escalate(House& house, const std::string& address, const services::Say& say) {
    TRY_OK(release_what_is_left(house));
    return write_letters(house, address, say);
}

}  // namespace avow::app
