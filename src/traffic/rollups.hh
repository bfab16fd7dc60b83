// SPDX-License-Identifier: Apache-2.0
// What is added up of every day that ended: for each kind of question without filters one part of
// the table `daily`, which answers as the rows do and is a small share of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "traffic/statement_text.hh"

namespace avow::traffic {

struct Rollup {
    int part;  // as kept: never given to another
    std::string_view dimension;
    std::string_view which;  // rows of `views`, as a condition
};
std::span<const Rollup> rollups();
// Of other tables than `views`: views that somebody went on from, by page; and loads that told how
// long they were read, by bucket of time and by page.
inline constexpr int kLeavingPart = 17;
inline constexpr int kLoadsByBucketPart = 18;
inline constexpr int kLoadsByPagePart = 19;

// The part that answers which rows count, by their dimension; nothing when there is none.
std::optional<int> find_rollup(std::string_view dimension, std::string_view which);

// What `ranges` leave over of [from, to).
DayRanges rest_of(const DayRanges& ranges, std::int64_t from, std::int64_t to);

}  // namespace avow::traffic
