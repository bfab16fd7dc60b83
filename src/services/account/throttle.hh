// SPDX-License-Identifier: Apache-2.0
// Slows whoever guesses passwords, and never keeps a known browser out (ASVS 5.0 6.1.1, 6.3.1).
// Three counts, each in memory alone and under a keyed hash, so that no address is kept:
// - tries for one account, by browsers that never signed in to it,
// - tries from one network (an IPv4 address or an IPv6 /64), by such browsers,
// - tries by one browser that did sign in to it: nobody else's tries ever slow that one.
// Whether an account exists plays no part. Beyond the free tries each one waits twice as long as
// the one before, at most kWaitMaxMs, which leaves a guesser about a hundred tries a day.
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/hash.hh"
#include "crypto/key.hh"

namespace avow::services {

// Who tries. Views live as long as the call.
struct Trier {
    std::string_view account;            // an address as typed, or a customer's id
    std::string_view network;            // empty when it is not known
    std::optional<crypto::Hash> device;  // only of a browser that is known to this account
};

class Throttle {
  public:
    static constexpr int kFreeOfAccount = 5;
    static constexpr int kFreeOfDevice = 10;
    static constexpr int kFreeOfNetwork = 50;
    static constexpr std::int64_t kFirstWaitMs = 5 * kSecondMs;
    static constexpr std::int64_t kWaitMaxMs = 15 * kMinuteMs;
    static constexpr std::int64_t kForgottenMs = 24 * kHourMs;
    static constexpr std::size_t kCountsMax = 100'000;  // LIMIT

    Throttle(const Clock& clock, Random& random);

    // Counts the try as a failure before it is made, so that tries at the same moment are counted
    // too. Not 0: it may not be made for so many milliseconds, and was not counted.
    std::int64_t begin(const Trier& trier);
    // The password was right. A known browser clears its own count only: what strangers tried
    // against the account stands.
    void succeeded(const Trier& trier);
    // The password was right, but proves nothing about others who have this account's name: only
    // this try is counted no more.
    void take_back(const Trier& trier);

  private:
    struct Count {
        int tries = 0;
        Time last;
    };
    using Counts = std::unordered_map<std::string, Count>;
    struct Use {
        std::string key;
        int free;
    };
    std::string key_of(std::string_view kind, ByteView value) const;
    std::vector<Use> uses_of(const Trier& trier) const;
    std::int64_t wait_of(const Use& use) const;
    void make_room();

    const Clock& clock_;
    crypto::Key key_;
    std::mutex mutex_;  // guards counts_
    Counts counts_;
};

// What who must wait is told.
Error too_often(std::int64_t wait_ms);

}  // namespace avow::services
