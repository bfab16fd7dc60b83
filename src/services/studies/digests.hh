// SPDX-License-Identifier: Apache-2.0
// Figures of a site by letter: which employees want them, how often, and what is due. A week runs
// from Monday, a month is one of the calendar, both in UTC, as the traffic's days are. What stands
// in the letter is whoever sends it's to say. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "services/staff/guidelines.hh"
#include "sql/connection.hh"

namespace avow::services {

enum class Every : std::uint8_t { week, month };
std::string_view name_of(Every every);
std::optional<Every> every_from(std::string_view name);

// Days since the epoch, the second exclusive.
struct Span {
    std::int64_t from = 0, to = 0;
    friend bool operator==(const Span&, const Span&) = default;
};
// The newest week or month that has ended before `day`. Pure.
Span last_whole(Every every, std::int64_t day);

struct Digest {
    EmployeeId employee;
    std::string site;
    Every every;
    std::int64_t told_day = 0;
};

class Digests {
  public:
    static Result<std::unique_ptr<Digests>> create(sql::Connection& store, const Clock& clock);

    Result<std::vector<Digest>> list();
    // The first letter tells of the week or month that runs now, once it has ended.
    Status keep(const EmployeeId& employee, std::string_view site, Every every);
    // Nothing to remove is no error.
    Status remove(const EmployeeId& employee, std::string_view site);

    struct Due {
        Digest digest;
        Span span;
    };
    // Of several times that passed meanwhile the newest only.
    Result<std::vector<Due>> due();
    // Notes that it is told, with what `alongside` does, in one unit; does neither when another
    // node was first.
    Status tell(const Due& due, const std::function<Status(sql::Writer&)>& alongside);

  private:
    Digests(sql::Connection& store, const Clock& clock) : store_(store), clock_(clock) {}
    std::int64_t today() const { return clock_.now().ms / kDayMs; }

    sql::Connection& store_;
    const Clock& clock_;
};

}  // namespace avow::services
