// SPDX-License-Identifier: Apache-2.0
#include "traffic/live.hh"

#include <algorithm>

namespace avow::traffic {

void Live::note(std::span<const Sighting> sightings, Time now) {
    const std::lock_guard lock(mutex_);
    const auto minute = now.ms / kMinuteMs;
    for (const auto& sighting : sightings) {
        if (sighting.bot || sighting.engaged || sighting.kind != Kind::view) continue;
        auto& minutes = sites_[sighting.site];
        while (!minutes.empty() && minutes.begin()->first <= minute - kLiveMinutes) {
            minutes.erase(minutes.begin());
        }
        auto& now_seen = minutes[minute];
        ++now_seen.views;
        if (!sighting.from) ++now_seen.visits;
        if (now_seen.pages.size() < kPagesMax || now_seen.pages.contains(sighting.page)) {
            ++now_seen.pages[sighting.page];
        }
    }
}

Report Live::read(const std::string& site, int k, Time now) const {
    const std::lock_guard lock(mutex_);
    Report report;
    report.columns = {"page", "views"};
    std::map<std::string, std::int64_t> pages;
    std::int64_t views = 0;
    std::int64_t visits = 0;
    const auto found = sites_.find(site);
    if (found != sites_.end()) {
        for (auto at = found->second.upper_bound(now.ms / kMinuteMs - kLiveMinutes);
             at != found->second.end(); ++at) {
            views += at->second.views;
            visits += at->second.visits;
            for (const auto& [page, n] : at->second.pages) pages[page] += n;
        }
    }
    std::vector<std::int64_t> weights;
    for (const auto& [page, n] : pages) weights.push_back(n);
    const auto show = shown(weights, k);
    std::size_t row = 0;
    std::int64_t other = 0;
    for (const auto& [page, n] : pages) {
        if (show[row++]) {
            report.rows.push_back({page, n});
        } else {
            other += n;
        }
    }
    std::sort(report.rows.begin(), report.rows.end(), [](const Values& a, const Values& b) {
        return std::get<std::int64_t>(a[1]) > std::get<std::int64_t>(b[1]);
    });
    if (other > 0) report.other = Values{std::string("(other)"), other};
    report.totals = {{"views", views}, {"visits", visits}};
    report.uncertainty = {"kept in memory only: it begins anew when the server does"};
    return report;
}

std::vector<std::int64_t> Live::minutes(const std::string& site, Time now) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::int64_t> views(kLiveMinutes, 0);
    const auto found = sites_.find(site);
    if (found == sites_.end()) return views;
    const auto first = now.ms / kMinuteMs - kLiveMinutes + 1;
    for (const auto& [minute, seen] : found->second) {
        const auto index = minute - first;
        if (index >= 0 && index < kLiveMinutes) views[static_cast<std::size_t>(index)] = seen.views;
    }
    return views;
}

}  // namespace avow::traffic
