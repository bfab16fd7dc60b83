// SPDX-License-Identifier: Apache-2.0
// What is done after the answer: the request under the policy is opened, and what is over goes.
#include "base/fault.hh"
#include "base/log.hh"
#include "services/drp/row.hh"
#include "services/statements.hh"

namespace avow::services::drp {

Result<bool> Drp::step() {
    std::vector<Row> due;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        due.clear();
        return reader.query(statements::read_drp_requests_to_open, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                TRY(auto one, read_row(row));
                                due.push_back(std::move(one));
                                return {};
                            });
    }));
    for (const auto& row : due) {
        const auto opened = open(row);
        if (opened) continue;
        log::error("drp_request_not_opened", {{"cause", opened.error().describe()}});
        TRY_OK(store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::postpone_drp_request,
                                {ByteView(row.id->bytes()), clock_.now().ms + kMinuteMs});
        }));
    }
    return !due.empty();
}

Status Drp::open(const Row& row) {
    const auto kind = kind_of(row.exercise);
    TRY(const auto agent, agents_.find(row.agent));
    TRY(const auto address, gate_.open_for_stranger(row.id->bytes(), row.sealed));
    const Rights::ByAgent asked{*kind, row.regime, agent ? agent->name : row.agent, row.received};
    const auto opened = rights_.ask_for(
        address, asked,
        [&](sql::Writer& unit, const Right& right, Rights::Joining joining) -> Status {
            // One that another way opened, or another agent, is not this agent's to follow.
            bool follows = joining == Rights::Joining::opened;
            TRY_OK(unit.query(statements::find_drp_follower,
                              {ByteView(right.id.bytes()), std::string_view(row.agent)},
                              [&](const sql::Row& found) -> Status {
                                  follows = follows || found.integer(0) == 1;
                                  return {};
                              }));
            TRY(const auto rows,
                unit.run(statements::open_drp_request,
                         {ByteView(row.id->bytes()), ByteView(right.customer.bytes()),
                          ByteView(right.id.bytes()), std::int64_t{follows}, ByteView()}));
            if (rows != 1) return Error(Code::denied, "revoked meanwhile").caused_by("over");
            fault_point("drp.half_opened");
            return {};
        });
    if (!opened && opened.error().code() == Code::invalid) {
        // What the policy does not take is not tried for ever; the agent reads what it would read
        // of anybody who does not confirm.
        log::error("drp_request_not_taken", {{"cause", opened.error().describe()}});
        return store_.write([&](sql::Writer& unit) {
            return unit.execute(
                statements::open_drp_request,
                {ByteView(row.id->bytes()), ByteView(), ByteView(), std::int64_t{0}, ByteView()});
        });
    }
    if (!opened && opened.error().cause().value != "over") return opened.error();
    fault_point("drp.opened");
    return {};
}

// What is over goes, at most once an hour; a failure is the next one's.
void Drp::sweep() {
    const auto now = clock_.now();
    auto before = swept_ms_.load();
    if (now.ms - before < kHourMs || !swept_ms_.compare_exchange_strong(before, now.ms)) return;
    const auto swept = store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_old_drp_taken, {now.ms}));
        return unit.execute(statements::delete_old_drp_requests, {now.ms, now.ms - kRightsKeptMs});
    });
    if (!swept) log::error("drp_not_swept", {{"cause", swept.error().describe()}});
}

}  // namespace avow::services::drp
