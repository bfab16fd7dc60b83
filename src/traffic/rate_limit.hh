// SPDX-License-Identifier: Apache-2.0
// How many events one address may send in a minute. Addresses are known by hashes under a key that
// lives one minute; both are forgotten when it ends. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/random.hh"
#include "base/time.hh"
#include "traffic/fleeting.hh"

namespace avow::traffic {

class RateLimit {
  public:
    RateLimit(int per_minute, Random& random) : per_minute_(per_minute), random_(random) {}
    // False when the address has sent too much in this minute.
    bool allows(const Fleeting& address, Time now);

  private:
    static constexpr std::size_t kAddressesMax = 200'000;  // LIMIT: beyond it nobody new is counted
    int per_minute_;
    Random& random_;
    std::mutex mutex_;  // guards what follows
    std::int64_t minute_ = -1;
    ByteArray<16> key_{};
    std::unordered_map<std::uint64_t, int> sent_;
};

}  // namespace avow::traffic
