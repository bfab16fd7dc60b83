// SPDX-License-Identifier: Apache-2.0
#include "traffic/suppress.hh"

#include <algorithm>
#include <numeric>

namespace avow::traffic {

Counts& Counts::operator+=(const Counts& other) {
    views += other.views;
    visits += other.visits;
    today += other.today;
    week += other.week;
    month += other.month;
    untold += other.untold;
    reloads += other.reloads;
    return *this;
}

std::vector<bool> shown(std::span<const std::int64_t> weights, int k) {
    std::vector<bool> show(weights.size(), true);
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return weights[a] != weights[b] ? weights[a] < weights[b] : a < b;
    });
    std::int64_t hidden = 0;
    bool any_hidden = false;
    for (const auto row : order) {
        const bool small = weights[row] < k;
        if (!small && (!any_hidden || hidden >= k)) break;
        show[row] = false;
        any_hidden = true;
        hidden += weights[row];
    }
    return show;
}

void hold_against(Weights& rows, const Weights& wider, int k) {
    for (auto& [row, held] : rows) {
        const auto same = wider.find(row);
        if (same == wider.end()) continue;
        const bool more = same->second.views > held.views;
        if (more && same->second.weight - held.weight < k) held.weight = 0;
    }
}

}  // namespace avow::traffic
