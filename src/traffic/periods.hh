// SPDX-License-Identifier: Apache-2.0
// Spans of time and the visitors in them: pure functions.
#pragma once

#include <map>
#include <string>

#include "traffic/question.hh"
#include "traffic/suppress.hh"

namespace avow::traffic {

// The hour since the epoch at which the interval of an hour began.
std::int64_t period_of(std::int64_t hour, Interval interval);
// "2026-01-15T08:00:00Z", or the day it begins on.
std::string period_label(std::int64_t hour, Interval interval);
std::string day_label(std::int64_t day);

// Exact for a day, a week, a month; nothing for hours and years.
Value visitors_in(const Counts& counts, Interval interval);

// Different visitors of the days [from, to): exact when that is one day, week or month; else the
// sum over the fewest whole months, weeks and days that cover it, which counts nobody too few.
struct Unique {
    std::int64_t visitors = 0;
    bool exact = false;
};
Unique unique_visitors(const std::map<std::int64_t, Counts>& days, std::int64_t from,
                       std::int64_t to);

}  // namespace avow::traffic
