// SPDX-License-Identifier: Apache-2.0
// Who is written to when requests are overdue, and what is due to be told. Each deadline is told
// once to each of them, those that come due together in one letter, and none within an hour of the
// last. What stands in the letter is whoever sends it's to say. Thread-safe.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "services/escalation/overdue.hh"
#include "services/staff/guidelines.hh"
#include "sql/connection.hh"

namespace avow::services {

struct OverdueLetter {
    EmployeeId employee;
    bool requests = false;  // of the desk
    bool rights = false;    // under the policy, by the law's clock
    Time told_until;        // deadlines up to then are done with
    Time told;              // when the last letter was written; 0: never
};

class OverdueLetters {
  public:
    static constexpr std::int64_t kApartMs = kHourMs;

    // `after_ms`: how long after a deadline it is told; negative: before it, by less than requests
    // are given, or those would be told of never.
    static Result<std::unique_ptr<OverdueLetters>> create(sql::Connection& store,
                                                          std::int64_t after_ms,
                                                          const Clock& clock);

    Result<std::vector<OverdueLetter>> list();
    // What was over before somebody asked for letters is not told to them: they have just seen it.
    Status keep(const EmployeeId& employee, bool requests, bool rights);
    // Nothing to remove is no error.
    Status remove(const EmployeeId& employee);

    // Deadlines up to now's are told. Both are asked for once, and only when somebody wants to
    // know.
    using Find = std::function<Result<Overdue>(Time until)>;
    struct Due {
        OverdueLetter letter;
        Time until;
        Overdue requests;  // all that are overdue, told of before or not; none when not asked for
        Overdue rights;
        // Whether one of the deadlines was not told yet.
        bool is_news() const {
            return std::max(requests.newest, rights.newest) > letter.told_until;
        }
    };
    Result<std::vector<Due>> due(const Find& requests, const Find& rights);
    // Notes that it is told, with what `alongside` does, in one unit; does neither when another
    // node was first, or something else is wanted meanwhile.
    Status tell(const Due& due, const std::function<Status(sql::Writer&)>& alongside);

    bool tells_before() const { return after_ms_ < 0; }

  private:
    OverdueLetters(sql::Connection& store, std::int64_t after_ms, const Clock& clock)
        : store_(store), after_ms_(after_ms), clock_(clock) {}
    Time until() const { return clock_.now() + -after_ms_; }

    sql::Connection& store_;
    const std::int64_t after_ms_;
    const Clock& clock_;
};

}  // namespace avow::services
