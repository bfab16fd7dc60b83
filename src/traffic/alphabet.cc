// SPDX-License-Identifier: Apache-2.0
#include "traffic/alphabet.hh"

#include <algorithm>
#include <chrono>

namespace avow::traffic {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";

Gap gap_of(std::int64_t days) {
    if (days == 0) return Gap::today;
    if (days == 1) return Gap::yesterday;
    if (days <= 7) return Gap::week;
    return Gap::month;
}

std::chrono::year_month_day civil(std::int64_t day) {
    return std::chrono::year_month_day(
        std::chrono::sys_days(std::chrono::days(static_cast<int>(day))));
}

std::string spelled(std::int64_t day, std::size_t pages) {
    return {kDigits[static_cast<std::size_t>(day % 32)], kDigits[pages]};
}

}  // namespace

std::vector<std::string> cookie_alphabet() {
    std::vector<std::string> all;
    for (std::int64_t day = 0; day < 32; ++day) {
        for (std::size_t pages = 0; pages <= kDepthMax; ++pages) all.push_back(spelled(day, pages));
    }
    return all;
}

Step turn_page(std::optional<std::string_view> cookie, std::int64_t day) {
    Telling telling;
    std::optional<std::int64_t> ago;
    std::size_t pages = 0;
    if (cookie && cookie->size() == 2) {
        const auto then = kDigits.find((*cookie)[0]);
        const auto count = kDigits.find((*cookie)[1]);
        if (then != std::string_view::npos && count <= kDepthMax) {
            ago = (day - static_cast<std::int64_t>(then)) & 31;
            pages = count;
        }
    }
    telling.gap = ago ? gap_of(*ago) : Gap::longer;
    telling.today = !ago || *ago > 0;
    telling.week = !ago || day - *ago < week_of(day);
    telling.month = !ago || day - *ago < month_of(day);
    telling.year = !ago || day - *ago < year_of(day);
    const auto depth = telling.today ? 1 : std::min<std::size_t>(pages + 1, kDepthMax);
    telling.depth = static_cast<std::uint8_t>(depth);
    return {spelled(day, depth), telling};
}

std::optional<Telling> telling_of(std::int64_t firsts, std::int64_t gap, std::int64_t depth) {
    if (firsts < 0 || firsts > 15 || gap < 0 || gap >= kGaps || depth < 1 || depth > kDepthMax) {
        return std::nullopt;
    }
    Telling telling{(firsts & 1) != 0, (firsts & 2) != 0,     (firsts & 4) != 0,
                    (firsts & 8) != 0, static_cast<Gap>(gap), static_cast<std::uint8_t>(depth)};
    const bool again = telling.gap == Gap::today;
    if (again && firsts != 0) return std::nullopt;
    if (!again && (!telling.today || depth != 1)) return std::nullopt;
    if (telling.gap == Gap::longer && firsts != 15) return std::nullopt;
    if (telling.year && !telling.month) return std::nullopt;
    return telling;
}

std::int64_t week_of(std::int64_t day) {
    return day - (day + 3) % 7;  // the epoch was a Thursday
}

std::int64_t month_of(std::int64_t day) {
    return day - static_cast<std::int64_t>(static_cast<unsigned>(civil(day).day())) + 1;
}

std::int64_t year_of(std::int64_t day) {
    const std::chrono::sys_days first(civil(day).year() / std::chrono::January / 1);
    return first.time_since_epoch().count();
}

}  // namespace avow::traffic
