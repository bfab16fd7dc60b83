// SPDX-License-Identifier: Apache-2.0
// Small counts are not shown: pure functions. A row of fewer than k people folds into "other"; so
// do the next smallest, until "other" itself has k. And a row of a filtered answer is only shown
// when its difference to the same row without any one of the filters is none or k at least: so
// nothing small is left over when one answer is subtracted from another.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace avow::traffic {

inline constexpr int kSmallest = 5;  // k, unless asked for more

// What is counted for one row. `people` is an upper bound of nobody and a lower bound of no one:
// the views that were somebody's first of the day, and those whose browser told nothing.
struct Counts {
    std::int64_t views = 0, visits = 0, today = 0, week = 0, month = 0, untold = 0, reloads = 0;
    std::int64_t people() const { return today + untold; }
    Counts& operator+=(const Counts& other);
    friend bool operator==(const Counts&, const Counts&) = default;
};

// By row: may it be shown? `weights` is what k is held against.
std::vector<bool> shown(std::span<const std::int64_t> weights, int k);

// Each row held against its wider counterpart: where the wider one has more views, and those are of
// fewer than k, the row weighs nothing from then on.
struct Weight {
    std::int64_t weight = 0;
    std::int64_t views = 0;
};
using Weights = std::map<std::int64_t, Weight>;
void hold_against(Weights& rows, const Weights& wider, int k);

}  // namespace avow::traffic
