// SPDX-License-Identifier: Apache-2.0
// Challenges that a browser signs: each is for one act of one signer (or of somebody not known
// yet), for kLifeMs, and once. Nothing is kept of one until it comes back, so that asking for many
// fills nothing. Of this process alone: a restart ends them. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/bytes.hh"
#include "base/random.hh"
#include "base/time.hh"
#include "crypto/key.hh"

namespace avow::services {

enum class Ceremony : std::uint8_t { register_passkey = 1, sign_in = 2, step_up = 3 };

class Challenges {
  public:
    static constexpr std::int64_t kLifeMs = 5 * kMinuteMs;
    static constexpr std::size_t kUsedMax = 100'000;  // LIMIT

    Challenges(const Clock& clock, Random& random);

    // `signer`: the id of who is to sign; empty while nobody knows.
    Bytes make(Ceremony ceremony, ByteView signer);
    // Whether it is one of ours, for this, in time and not used before. It is used from now on.
    bool take(Ceremony ceremony, ByteView signer, ByteView challenge);

  private:
    Bytes mark(Ceremony ceremony, ByteView signer, ByteView head) const;

    const Clock& clock_;
    Random& random_;
    crypto::Key key_;
    std::mutex mutex_;                            // guards used_
    std::unordered_map<std::string, Time> used_;  // until when each would be good
};

}  // namespace avow::services
