// SPDX-License-Identifier: Apache-2.0
// The last thirty minutes, in memory only: how many views, and of which pages. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "base/time.hh"
#include "traffic/question.hh"
#include "traffic/sighting.hh"

namespace avow::traffic {

inline constexpr int kLiveMinutes = 30;

class Live {
  public:
    void note(std::span<const Sighting> sightings, Time now);
    // Pages, folded below k; totals: views, and the first pages of visits. Rows by minute besides.
    Report read(const std::string& site, int k, Time now) const;
    // Views of each of the last thirty minutes, oldest first.
    std::vector<std::int64_t> minutes(const std::string& site, Time now) const;

  private:
    struct Minute {
        std::map<std::string, std::int64_t> pages;
        std::int64_t views = 0;
        std::int64_t visits = 0;
    };
    static constexpr std::size_t kPagesMax = 10'000;  // LIMIT: of one site and minute
    mutable std::mutex mutex_;                        // guards sites_
    std::map<std::string, std::map<std::int64_t, Minute>> sites_;
};

}  // namespace avow::traffic
