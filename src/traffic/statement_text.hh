// SPDX-License-Identifier: Apache-2.0
// Statements of sql/ with what they ask for written into them. Numbers stand there as they are: of
// a parameter no engine knows, when it plans, which blocks of rows it may pass over. Only numbers
// and our own words ever get in. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace avow::traffic {

using Filling = std::pair<std::string_view, std::string>;
// Every `{name}` becomes what stands for it.
std::string filled(std::string_view sql, std::span<const Filling> with);

// "$1" becomes the first number, and so on.
std::string with_numbers(std::string_view sql, const std::vector<std::int64_t>& numbers);

// Days, the second of each pair exclusive; in order, apart.
using DayRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;
// As a condition over `column`, which counts `per_day` to each day; "1 = 0" for no day.
std::string within(const DayRanges& ranges, std::string_view column, std::int64_t per_day);

// "column in (1, 2)"; of nothing, a condition that no row meets.
std::string one_of(std::string_view column, const std::vector<std::int64_t>& values);

}  // namespace avow::traffic
