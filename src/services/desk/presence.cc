// SPDX-License-Identifier: Apache-2.0
#include "services/desk/presence.hh"

namespace avow::services {

void Presence::forget_gone(Time now) {
    if (now - swept_ < kStayMs) return;
    swept_ = now;
    std::erase_if(seen_, [&](const auto& one) { return is_gone(one.second, now); });
}

std::vector<Present> Presence::come(const RequestId& request, const std::string& who,
                                    bool writing) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    forget_gone(now);
    if (seen_.size() < kSeenMax) seen_[{request, who}] = {writing, now};
    std::vector<Present> others;
    for (auto at = seen_.lower_bound({request, ""});
         at != seen_.end() && at->first.first == request; ++at) {
        const auto& [key, seen] = *at;
        if (key.second != who && !is_gone(seen, now)) others.push_back({key.second, seen.writing});
    }
    return others;
}

void Presence::leave(const RequestId& request, const std::string& who) {
    const std::lock_guard lock(mutex_);
    seen_.erase({request, who});
}

}  // namespace avow::services
