// SPDX-License-Identifier: Apache-2.0
// What an agent is told by itself (§2.03): each change of a status, once it was taken. The row is
// the outbox: what was told last stands in it.
#include <algorithm>

#include "services/drp/claims.hh"
#include "services/drp/row.hh"
#include "services/statements.hh"

namespace avow::services::drp {
namespace {

constexpr std::int64_t kLookMs = 5 * kSecondMs;  // between two looks at what did not change
constexpr std::int64_t kFirstRetryMs = 5 * kSecondMs;
constexpr std::int64_t kLastRetryMs = kHourMs;
constexpr std::int64_t kTriesMax = 200;  // LIMIT: of one status: eight days

std::int64_t retry_after(std::int64_t tries) {
    auto wait = kFirstRetryMs;
    for (std::int64_t i = 0; i < tries && wait < kLastRetryMs; ++i) wait *= 2;
    return std::min(wait, kLastRetryMs);
}

}  // namespace

// What a change is: another status, reason or deadline.
std::string Drp::mark_of(const ExerciseStatus& told) {
    auto mark = std::string(told.standing.status) + ' ' + std::string(told.standing.reason);
    if (told.expected_by) mark += ' ' + std::to_string(told.expected_by->ms);
    return mark;
}

Status Drp::note_callback(const ExerciseId& id, const std::string& mark, Time next,
                          std::int64_t tries) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::note_drp_callback,
                            {ByteView(id.bytes()), std::string_view(mark), next.ms, tries});
    });
}

Result<std::vector<Drp::Callback>> Drp::callbacks_due() {
    std::vector<Row> rows;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rows.clear();
        return reader.query(statements::read_drp_callbacks_due, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto one, read_row(row));
                                rows.push_back(std::move(one));
                                return {};
                            });
    }));
    std::vector<Callback> due;
    for (const auto& row : rows) {
        TRY(const auto agent, agents_.find(row.agent));
        TRY(auto told, tell(row));
        auto mark = mark_of(told);
        const bool over = told.standing.is_final();
        // An agent or a host that the operator took back is told nothing.
        const bool may =
            agent && !agent->callback.empty() && leads_to(row.callback, agent->callback);
        if (!may || mark == row.told || row.tries >= kTriesMax) {
            const Time next{over || !may ? 0 : clock_.now().ms + kLookMs};
            TRY_OK(note_callback(*row.id, mark, next, 0));
            continue;
        }
        due.push_back(
            {*row.id, row.callback, row.told, std::move(mark), std::move(told), row.tries});
    }
    return due;
}

Status Drp::callback_ended(const Callback& callback, bool taken) {
    const auto now = clock_.now();
    if (!taken) {
        return note_callback(callback.id, callback.before, now + retry_after(callback.tries),
                             callback.tries + 1);
    }
    return note_callback(callback.id, callback.mark,
                         {callback.told.standing.is_final() ? 0 : now.ms + kLookMs}, 0);
}

}  // namespace avow::services::drp
