// SPDX-License-Identifier: Apache-2.0
#include "app/digester.hh"

#include "app/employee_letter.hh"
#include "app/escalation.hh"
#include "app/mail.hh"
#include "base/log.hh"

namespace avow::app {
namespace {

using namespace std::chrono_literals;

// A request that is overdue is noticed this late; a week that ended, in ten such turns.
constexpr std::chrono::milliseconds kBetween = 1min;
constexpr int kTurnsOfDigests = 10;
constexpr std::size_t kRowsTold = 5;

std::int64_t number(const std::map<std::string, traffic::Value>& totals, const char* name) {
    const auto found = totals.find(name);
    if (found == totals.end()) return 0;
    const auto* value = std::get_if<std::int64_t>(&found->second);
    return value == nullptr ? 0 : *value;
}

// "  /prices: 1,200" for each row; a count stands at `column`.
std::string lines_of(const traffic::Report& report, std::size_t column, const Wording& say) {
    std::string text;
    for (const auto& row : report.rows) {
        const auto* name = std::get_if<std::string>(&row[0]);
        const auto* count = std::get_if<std::int64_t>(&row[column]);
        if (name == nullptr || count == nullptr) continue;
        const auto shown = *name == "(none)" ? say("digest_none") : *name;
        text += "  " + say("digest_line", {{"name", shown}, {"number", *count}}) + "\n";
    }
    return text;
}

}  // namespace

Result<services::Worded> word_digest(const traffic::Traffic& traffic, const std::string& site,
                                     services::Every every, const services::Span& span,
                                     const std::string& language, const std::string& organization,
                                     const std::string& address, const services::Say& words) {
    traffic::Question question;
    question.report = "summary";
    question.site = site;
    question.from = span.from;
    question.to = span.to - 1;
    question.limit = kRowsTold;
    question.compare = true;
    TRY(const auto summary, traffic.answer(question));
    question.compare = false;
    question.report = "pages";
    TRY(const auto pages, traffic.answer(question));
    question.report = "referrers";
    TRY(const auto sources, traffic.answer(question));

    const Wording say(words, language);
    const PhraseArguments about{
        {"site", site}, {"from", Time{span.from * kDayMs}}, {"to", Time{question.to * kDayMs}}};
    services::Worded worded;
    worded.subject =
        say(every == services::Every::week ? "digest_subject_week" : "digest_subject_month", about);
    worded.text = say("digest_text", about) + "\n\n";
    if (number(summary.totals, "views") == 0) {
        worded.text += say("digest_nothing") + "\n\n";
    } else {
        const auto figure = [&](const char* phrase, const char* name) {
            worded.text += say(phrase, {{"number", number(summary.totals, name)},
                                        {"before", number(summary.before, name)}}) +
                           "\n";
        };
        figure("digest_visitors", "visitors");
        figure("digest_visits", "visits");
        figure("digest_views", "views");
        const auto list = [&](const char* title, const std::string& lines) {
            if (!lines.empty()) worded.text += "\n" + say(title) + "\n" + lines;
        };
        list("digest_pages", lines_of(pages, 1, say));
        list("digest_sources", lines_of(sources, 2, say));
        worded.text += "\n" + say("digest_small", {{"number", std::int64_t{question.k}}}) + "\n\n";
    }
    worded.text += say("digest_more") + "\n\n" + address + "/console/traffic\n\n" +
                   say("digest_closing", {{"organization", organization}}) + "\n";
    return worded;
}

Result<std::unique_ptr<Digester>> Digester::create(House& house, std::string address) {
    TRY(auto say, letter_words());
    return std::unique_ptr<Digester>(new Digester(house, std::move(address), std::move(say)));
}

Digester::Digester(House& house, std::string address, services::Say say)
    : house_(house),
      address_(std::move(address)),
      say_(std::move(say)),
      thread_([this] { serve(); }) {}

Digester::~Digester() {
    rest_.end();
    thread_.join();
}

void Digester::serve() {
    int turn = 0;
    do {
        if (const auto told = escalate(house_, address_, say_); !told) {
            log::error("escalation_failed", {{"cause", told.error().describe()}});
        }
        const auto written = turn == 0 ? write_due() : Status();
        if (!written) log::error("digests_failed", {{"cause", written.error().describe()}});
        turn = (turn + 1) % kTurnsOfDigests;
    } while (!rest_.take(kBetween));
}

Status Digester::write_due() {
    TRY(const auto due, house_.digests->due());
    if (due.empty()) return {};
    TRY(const auto employees, house_.staff->list());
    for (const auto& one : due) {
        if (rest_.is_ending()) return {};
        const auto* found = find_active(employees, one.digest.employee);
        // Who left, or no longer studies the traffic, is told nothing more.
        TRY_OK(found != nullptr && has_role(*found, "web")
                   ? write(one, *found)
                   : house_.digests->remove(one.digest.employee, one.digest.site));
    }
    return {};
}

Status Digester::write(const services::Digests::Due& due, const services::Employee& employee) {
    const auto& digest = due.digest;
    if (!house_.traffic->find_site(digest.site)) {
        return house_.digests->remove(digest.employee, digest.site);
    }
    TRY(auto worded, word_digest(*house_.traffic, digest.site, digest.every, due.span,
                                 employee.language, organization_of(house_), address_, say_));
    const auto letter =
        letter_to(house_, employee, services::LetterKind::traffic_digest, std::move(worded));
    TRY_OK(house_.digests->tell(
        due, [&](sql::Writer& unit) { return house_.letters->write_to_stranger(unit, letter); }));
    house_.letters->notify();
    return {};
}

}  // namespace avow::app
