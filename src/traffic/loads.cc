// SPDX-License-Identifier: Apache-2.0
#include "traffic/loads.hh"

namespace avow::traffic {

void Loads::turn(Time now) {
    if (now - turned_ < kTurnMs && young_.size() < kLoadsMax) return;
    old_ = std::move(young_);
    young_.clear();
    turned_ = now;
}

bool Loads::is_new(const std::string& load, std::int64_t sequence, Time now) {
    if (load.empty()) return true;
    const std::lock_guard lock(mutex_);
    turn(now);
    auto found = young_.find(load);
    if (found == young_.end()) {
        const auto before = old_.find(load);
        if (before != old_.end() && before->second >= sequence) return false;
        young_.emplace(load, sequence);
        return true;
    }
    if (found->second >= sequence) return false;
    found->second = sequence;
    return true;
}

void Loads::undo(const std::string& load, std::int64_t sequence) {
    const std::lock_guard lock(mutex_);
    const auto found = young_.find(load);
    if (found != young_.end() && found->second >= sequence) found->second = sequence - 1;
}

}  // namespace avow::traffic
