// SPDX-License-Identifier: Apache-2.0
#include "traffic/rate_limit.hh"

#include "traffic/siphash.hh"

namespace avow::traffic {

bool RateLimit::allows(const Fleeting& address, Time now) {
    const std::lock_guard lock(mutex_);
    const auto minute = now.ms / kMinuteMs;
    if (minute != minute_) {
        minute_ = minute;
        sent_.clear();
        random_.fill(key_);
    }
    const auto hash = siphash(key_, address.read(ReadingKey()));
    const auto found = sent_.find(hash);
    if (found != sent_.end()) return ++found->second <= per_minute_;
    if (sent_.size() < kAddressesMax) sent_.emplace(hash, 1);
    return true;
}

}  // namespace avow::traffic
