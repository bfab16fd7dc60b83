// SPDX-License-Identifier: Apache-2.0
// What the reports are made of: which rows count, and how small ones are folded. Private to this
// folder. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/question.hh"

namespace avow::traffic {

inline constexpr std::string_view kViews = "kind = 0 and bot = 0";
inline constexpr std::string_view kEntries = "kind = 0 and bot = 0 and entry = 1";
inline constexpr std::string_view kEvents = "kind = 1 and bot = 0";
inline constexpr std::string_view kLinks = "kind in (2, 3) and bot = 0";
inline constexpr std::string_view kBots = "kind = 0 and bot = 1";
inline constexpr std::string_view kTellingViews = "kind = 0 and bot = 0 and known = 1";

// Rows with what k is held against; the folded ones are added up in one.
struct Weighed {
    Values values;
    std::int64_t weight;
    std::int64_t rank;
};
void fold_into(Report& report, std::vector<Weighed> rows, const Question& question,
               const std::function<void(Values& other, const Values& row)>& add);
// The usual way to add one up: every number of the row.
void add_numbers(Values& other, const Values& row);

// Which rows count for this question. With noise, what one browser adds is bounded: its first pages
// of the day count, no more, and none of browsers that tell nothing.
std::string counted(const Question& question, std::string_view more);
// Normal noise on every whole number of the answer, none below nought; the question decides it.
// The folded row goes, and so do shares, which would say what the counts were.
void add_noise(Report& report, const Question& question);

// The value below which `share` of a histogram lies, in seconds, between the bucket's ends.
double quantile_s(const std::map<int, std::int64_t>& histogram, double share);
// To a tenth.
double rounded(double seconds);

// `invalid`: this report is counted apart from who came how.
Error cannot_filter(std::string_view report);

}  // namespace avow::traffic
