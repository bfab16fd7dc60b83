// SPDX-License-Identifier: Apache-2.0
#include "base/time.hh"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "base/fault.hh"

namespace avow {
namespace {

using Days = std::chrono::sys_days;

// Reads exactly `digits` decimal digits at the front of `text` and drops them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_date_ms(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return Days{date}.time_since_epoch().count() * kDayMs;
}

std::optional<std::int64_t> take_clock_ms(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second || *second > 59) return std::nullopt;
    std::int64_t ms = *hour * kHourMs + *minute * kMinuteMs + *second * kSecondMs;
    if (take(text, ".")) {
        int scale = 100;
        if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
        while (const auto digit = take_number(text, 1)) {
            ms += *digit * scale;
            scale /= 10;
        }
    }
    return ms;
}

std::optional<std::int64_t> take_offset_ms(std::string_view& text) {
    if (take(text, "Zz")) return 0;
    const bool minus = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const std::int64_t ms = *hour * kHourMs + *minute * kMinuteMs;
    return minus ? -ms : ms;
}

std::chrono::year_month_day day_of(Time time) {
    const auto days = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time.ms)));
    return std::chrono::year_month_day{days};
}

}  // namespace

std::string date_of(Time time) {
    const auto date = day_of(time);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text;
}

std::string rfc3339(Time time) {
    std::int64_t in_day = time.ms % kDayMs;
    if (in_day < 0) in_day += kDayMs;
    char text[32];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03dZ", static_cast<int>(in_day / kHourMs),
                  static_cast<int>(in_day / kMinuteMs % 60),
                  static_cast<int>(in_day / kSecondMs % 60), static_cast<int>(in_day % kSecondMs));
    return date_of(time) + text;
}

std::optional<Time> from_rfc3339(std::string_view text) {
    const auto date = take_date_ms(text);
    if (!date || !take(text, "Tt")) return std::nullopt;
    const auto clock = take_clock_ms(text);
    if (!clock) return std::nullopt;
    const auto offset = take_offset_ms(text);
    if (!offset || !text.empty()) return std::nullopt;
    return Time{*date + *clock - *offset};
}

Time SystemClock::now() const {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count() +
            fault_clock_ms()};
}

}  // namespace avow
