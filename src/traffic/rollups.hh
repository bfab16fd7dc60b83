// SPDX-License-Identifier: Apache-2.0
// What is added up of every day that ended: for each kind of question without filters one part of
// the table `daily`, which answers as the rows do and is a small share of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace avow::traffic {

struct Rollup {
    int part;  // as kept: never given to another
    std::string_view dimension;
    std::string_view which;  // rows of `views`, as a condition
};
std::span<const Rollup> rollups();
// Views that somebody went on from, by page: of `edges`, and not of `views`.
inline constexpr int kLeavingPart = 17;

// The part that answers which rows count, by their dimension; nothing when there is none.
std::optional<int> find_rollup(std::string_view dimension, std::string_view which);

// Days, the second of each pair exclusive; in order, apart.
using DayRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;
// What `ranges` leave over of [from, to).
DayRanges rest_of(const DayRanges& ranges, std::int64_t from, std::int64_t to);
// As a condition over `column`, which counts `per_day` to each day; "1 = 0" for no day.
std::string within(const DayRanges& ranges, std::string_view column, int per_day);

// Every `{name}` of a statement becomes what stands for it.
std::string filled(std::string_view sql,
                   std::span<const std::pair<std::string_view, std::string>> with);

}  // namespace avow::traffic
