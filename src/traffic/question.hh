// SPDX-License-Identifier: Apache-2.0
// What may be asked of the traffic, and what is answered.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hh"
#include "traffic/suppress.hh"

namespace avow::traffic {

enum class Dimension : std::uint8_t {
    page,
    source,
    channel,
    campaign,
    country,
    browser,
    system,
    device,
    origin,
    event
};
std::optional<Dimension> dimension_from(std::string_view name);
std::string_view name_of(Dimension dimension);

enum class Interval : std::uint8_t { hour, day, week, month, year };
std::optional<Interval> interval_from(std::string_view name);

struct Filter {
    Dimension dimension;
    std::string value;
};
inline constexpr std::size_t kFiltersMax = 5;       // LIMIT: of one question
inline constexpr std::int64_t kDaysMax = 10 * 366;  // LIMIT: of one question
inline constexpr std::size_t kRowsMax = 1000;       // LIMIT: of one answer
inline constexpr int kStepsMax = 7;                 // LIMIT: of a path

struct Question {
    std::string report;
    std::string site;
    std::int64_t from = 0;  // days since the epoch
    std::int64_t to = 0;    // inclusive
    std::vector<Filter> filters;
    bool compare = false;  // with the days before, as many
    int k = kSmallest;
    std::size_t limit = 100;
    Interval interval = Interval::day;
    std::string page;       // paths: where they begin
    bool backward = false;  // paths: or end
    int steps = 3;
};

using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
using Values = std::vector<Value>;

struct Report {
    std::vector<std::string> columns;
    std::vector<Values> rows;
    std::optional<Values> other;  // the folded rows as one, in the same columns
    std::map<std::string, Value> totals;
    std::map<std::string, Value> before;   // totals of the days before, when compared
    bool suppressed = false;               // the filters leave too few, or leave too few out
    std::vector<std::string> uncertainty;  // what these figures do not know
};

}  // namespace avow::traffic
