// SPDX-License-Identifier: Apache-2.0
// The whole alphabet of our cookie (standards.md, Traffic): the day of the last visit, modulo 32
// (its life of 31 days makes that one day and no other), and the pages of that day, counted to ten.
// No cookie is the 32nd day. Everyone who was here on one day and read as much holds the same two
// characters. From it the browser says only what FirstOf, Gap and depth say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace avow::traffic {

inline constexpr std::string_view kCookieName = "avow_t";
inline constexpr int kCookieDays = 31;  // its Max-Age
inline constexpr int kDepthMax = 10;    // pages of a day are counted to here
inline constexpr std::size_t kAlphabetMax = 32 * 11;

enum class Gap : std::uint8_t { today, yesterday, week, month, longer };
inline constexpr int kGaps = 5;

// What a browser tells about its own earlier visits.
struct Telling {
    bool today = false;  // the first page of the day, and so on; each implies the one before
    bool week = false;
    bool month = false;
    bool year = false;  // at most: the cookie forgets after 31 days
    Gap gap = Gap::longer;
    std::uint8_t depth = 1;
    friend bool operator==(const Telling&, const Telling&) = default;
};

// Every value the cookie can have.
std::vector<std::string> cookie_alphabet();

// The reference of what web/traffic/avow.ts does: the next value, and what is told of it. Days are
// days since the epoch, UTC.
struct Step {
    std::string cookie;
    Telling telling;
};
Step turn_page(std::optional<std::string_view> cookie, std::int64_t day);

// Nothing for a combination that no value of the alphabet leads to.
std::optional<Telling> telling_of(std::int64_t firsts, std::int64_t gap, std::int64_t depth);

// Days since the epoch on which the week (Monday), month, year of a day began.
std::int64_t week_of(std::int64_t day);
std::int64_t month_of(std::int64_t day);
std::int64_t year_of(std::int64_t day);

}  // namespace avow::traffic
