// SPDX-License-Identifier: Apache-2.0
// What the desk has not answered in time.
#include "services/desk/desk.hh"
#include "services/statements.hh"

namespace avow::services {

Result<Overdue> Desk::overdue(Time until) {
    Overdue found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_overdue_requests, {until.ms}, [&](const sql::Row& row) -> Status {
                found = {row.integer(0), row.integer(1), {row.integer(2)}, {row.integer(3)}};
                return {};
            });
    }));
    return found;
}

Result<std::vector<std::string>> Desk::overdue_assignees() {
    std::vector<std::string> assignees;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        assignees.clear();
        return reader.query(statements::list_overdue_assignees, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                assignees.emplace_back(row.text(0));
                                return {};
                            });
    }));
    return assignees;
}

Result<std::int64_t> Desk::release_overdue(const std::string& assignee) {
    QueueQuestion question;
    question.assignee = assignee;
    question.ours = question.overdue = true;
    std::int64_t released = 0;
    TRY(const auto requests, queue(question));
    for (const auto& one : requests) {
        const auto changed = change({one.id, {}, std::string(), {}, one.revision});
        // Somebody else did something with it meanwhile: the next look finds it as it is.
        if (!changed && changed.error().code() != Code::conflict &&
            changed.error().code() != Code::not_found) {
            return changed.error();
        }
        released += changed ? 1 : 0;
    }
    return released;
}

}  // namespace avow::services
