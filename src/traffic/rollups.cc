// SPDX-License-Identifier: Apache-2.0
#include "traffic/rollups.hh"

#include <algorithm>
#include <array>

#include "traffic/report_parts.hh"

namespace avow::traffic {
namespace {

constexpr std::array<Rollup, 15> kRollups{{{1, "hour", kViews},
                                           {2, "page", kViews},
                                           {3, "page", kEntries},
                                           {4, "source", kEntries},
                                           {5, "channel", kEntries},
                                           {6, "campaign", kEntries},
                                           {7, "country", kViews},
                                           {8, "browser", kViews},
                                           {9, "system", kViews},
                                           {10, "device", kViews},
                                           {11, "origin", kViews},
                                           {12, "name", kEvents},
                                           {13, "name", kLinks},
                                           {14, "browser", kBots},
                                           {15, "depth", kTellingViews}}};

}  // namespace

std::span<const Rollup> rollups() {
    return kRollups;
}

std::optional<int> find_rollup(std::string_view dimension, std::string_view which) {
    for (const auto& rollup : kRollups) {
        if (rollup.dimension == dimension && rollup.which == which) return rollup.part;
    }
    return std::nullopt;
}

DayRanges rest_of(const DayRanges& ranges, std::int64_t from, std::int64_t to) {
    DayRanges rest;
    auto at = from;
    for (const auto& [start, end] : ranges) {
        if (start > at) rest.emplace_back(at, std::min(start, to));
        at = std::max(at, end);
    }
    if (at < to) rest.emplace_back(at, to);
    return rest;
}

}  // namespace avow::traffic
