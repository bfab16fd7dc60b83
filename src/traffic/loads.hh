// SPDX-License-Identifier: Apache-2.0
// Which tellings of time were taken already, so that a resend counts once. A page load's word is
// random, made by the browser for this load alone, and forgotten here within an hour. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/time.hh"

namespace avow::traffic {

class Loads {
  public:
    // False when this sequence of this load, or a later one, was taken before.
    bool is_new(const std::string& load, std::int64_t sequence, Time now);
    // What is_new() let pass could not be kept: sent again, it is new.
    void undo(const std::string& load, std::int64_t sequence);

  private:
    static constexpr std::int64_t kTurnMs = 30 * kMinuteMs;
    static constexpr std::size_t kLoadsMax = 500'000;  // LIMIT: of half an hour; then turned early
    void turn(Time now);

    std::mutex mutex_;  // guards what follows
    Time turned_{};
    std::unordered_map<std::string, std::int64_t> young_;
    std::unordered_map<std::string, std::int64_t> old_;
};

}  // namespace avow::traffic
