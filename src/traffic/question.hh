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

#include "base/bytes.hh"
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

// What the web team wants to see reached: a page that is read, or an event that happens.
struct Goal {
    std::string name;
    Filter what;  // of page or event
};
inline constexpr std::size_t kGoalsMax = 50;       // LIMIT: of one site
inline constexpr std::size_t kFunnelStepsMax = 8;  // LIMIT

// For answers that whoever has a link may read: normal noise on every count, the same for the same
// question, so that asking again takes nothing of it away.
struct Noise {
    ByteArray<16> key;
    static constexpr double kDeviation = 10;       // of every count
    static constexpr int kPagesOfOneVisitor = 10;  // counted of one browser and day, at most
};

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
    std::vector<Goal> goals;          // goals: which there are
    std::vector<std::string> funnel;  // funnel: its pages in order
    std::optional<Noise> noise;       // only with reports that has_noise() names
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
