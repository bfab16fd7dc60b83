// SPDX-License-Identifier: Apache-2.0
#include "traffic/periods.hh"

#include "base/time.hh"
#include "traffic/alphabet.hh"

namespace avow::traffic {
namespace {

std::int64_t month_end(std::int64_t day) {
    return month_of(month_of(day) + 31);
}

}  // namespace

std::int64_t period_of(std::int64_t hour, Interval interval) {
    const auto day = hour / 24;
    switch (interval) {
        case Interval::hour:
            return hour;
        case Interval::day:
            return day * 24;
        case Interval::week:
            return week_of(day) * 24;
        case Interval::month:
            return month_of(day) * 24;
        case Interval::year:
            return year_of(day) * 24;
    }
    return hour;
}

std::string day_label(std::int64_t day) {
    return date_of({day * kDayMs});
}

std::string period_label(std::int64_t hour, Interval interval) {
    if (interval != Interval::hour) return day_label(hour / 24);
    const auto of_day = std::to_string(hour % 24);
    return day_label(hour / 24) + "T" + (of_day.size() == 1 ? "0" : "") + of_day + ":00:00Z";
}

Value visitors_in(const Counts& counts, Interval interval) {
    if (interval == Interval::day) return counts.today;
    if (interval == Interval::week) return counts.week;
    if (interval == Interval::month) return counts.month;
    return {};
}

Unique unique_visitors(const std::map<std::int64_t, Counts>& days, std::int64_t from,
                       std::int64_t to) {
    Unique unique;
    int parts = 0;
    for (auto day = from; day < to; ++parts) {
        auto end = day + 1;
        auto firsts = &Counts::today;
        if (month_of(day) == day && month_end(day) <= to) {
            end = month_end(day);
            firsts = &Counts::month;
        } else if (week_of(day) == day && day + 7 <= to) {
            end = day + 7;
            firsts = &Counts::week;
        }
        for (auto at = days.lower_bound(day); at != days.end() && at->first < end; ++at) {
            unique.visitors += at->second.*firsts;
        }
        day = end;
    }
    unique.exact = parts == 1;
    return unique;
}

}  // namespace avow::traffic
