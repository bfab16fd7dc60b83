// SPDX-License-Identifier: Apache-2.0
// What languages do differently beside their words: plurals, numbers, dates, direction. By ICU's
// copy of the CLDR. An unknown language is treated as English. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hh"

namespace avow {

// The plural categories of a language, a part of zero, one, two, few, many, other; sorted.
std::vector<std::string> plural_categories(std::string_view language);
// The one of a whole number.
std::string plural_category(std::string_view language, std::int64_t count);

// With the language's separators. Digits are 0 to 9 everywhere: figures, versions and identifiers
// beside them are written so.
std::string spelled_number(std::string_view language, std::int64_t number);

// The day, in UTC, as people write it: "15 January 2026" in its language.
std::string spelled_date(std::string_view language, Time time);

bool is_right_to_left(std::string_view language);

}  // namespace avow
