// SPDX-License-Identifier: Apache-2.0
// Where the act of a use is written. `acts` is kept by customer, and uses come from everywhere: put
// there at once, each dirties a page of the index that no neighbour shares, and SQLite's log keeps
// whole pages. So uses are appended to `unfiled_acts`, whose pages a commit's uses share, and filed
// by customer later, thousands in one step. Whoever reads acts reads both. A store that several
// nodes share logs rows, not pages: there an act goes to its place at once.
#include "base/fault.hh"
#include "base/log.hh"
#include "gate/prepared.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

// LIMIT: acts that wait. All of them are passed over by whoever reads a customer's acts.
constexpr std::int64_t kUnfiledMax = 8192;

}  // namespace

Status Gate::append_act(sql::Writer& unit, const CustomerId& customer, const PreparedAct& act) {
    return put_act(unit, store_.is_shared() ? statements::insert_act : statements::append_act,
                   customer, act);
}

void Gate::file_when_many(std::size_t more) {
    const auto added = static_cast<std::int64_t>(more);
    if (store_.is_shared() || unfiled_.fetch_add(added) + added < kUnfiledMax) return;
    // What was used is durable where it is: the next use tries again.
    if (const auto filed = file_acts(); !filed) {
        log::error("acts_not_filed",
                   {{"code", name_of(filed.error().code())}, {"cause", filed.error().describe()}});
    }
}

Status Gate::file_acts() {
    if (store_.is_shared()) return {};
    const auto waiting = unfiled_.exchange(0);
    if (waiting == 0) return {};
    auto filed = store_.write([](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::file_acts, {}));
        fault_point("gate.half_filed");
        return unit.execute(statements::delete_filed_acts, {});
    });
    if (!filed) unfiled_ += waiting;
    return filed;
}

}  // namespace avow::gate
