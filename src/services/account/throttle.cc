// SPDX-License-Identifier: Apache-2.0
#include "services/account/throttle.hh"

#include <algorithm>
#include <vector>

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr int kDoublingsMax = 20;  // beyond, the wait is kWaitMaxMs anyway

}  // namespace

Throttle::Throttle(const Clock& clock, Random& random)
    : clock_(clock), key_(crypto::Key::random(random)) {}

std::string Throttle::key_of(std::string_view kind, ByteView value) const {
    const auto hash = crypto::keyed_hash(key_, value);
    return std::string(kind) + std::string(as_text(ByteView(hash).first(16)));
}

std::vector<Throttle::Use> Throttle::uses_of(const Trier& trier) const {
    if (trier.device) return {{key_of("d", *trier.device), kFreeOfDevice}};
    std::vector<Use> uses{{key_of("a", as_bytes(fold(trier.account))), kFreeOfAccount}};
    if (!trier.network.empty())
        uses.push_back({key_of("n", as_bytes(trier.network)), kFreeOfNetwork});
    return uses;
}

std::int64_t Throttle::wait_of(const Use& use) const {
    const auto found = counts_.find(use.key);
    if (found == counts_.end()) return 0;
    const auto since = clock_.now() - found->second.last;
    const auto over = found->second.tries - use.free;
    if (over < 0 || since >= kForgottenMs) return 0;
    const auto wait = std::min(kWaitMaxMs, kFirstWaitMs << std::min(over, kDoublingsMax));
    return std::max<std::int64_t>(0, wait - since);
}

std::int64_t Throttle::begin(const Trier& trier) {
    const auto uses = uses_of(trier);
    const std::lock_guard lock(mutex_);
    std::int64_t wait = 0;
    for (const auto& use : uses) wait = std::max(wait, wait_of(use));
    if (wait > 0) return wait;
    if (counts_.size() + uses.size() > kCountsMax) make_room();
    const auto now = clock_.now();
    for (const auto& use : uses) {
        auto& count = counts_[use.key];
        if (now - count.last >= kForgottenMs) count.tries = 0;
        ++count.tries;
        count.last = now;
    }
    return 0;
}

void Throttle::succeeded(const Trier& trier) {
    const auto uses = uses_of(trier);
    const std::lock_guard lock(mutex_);
    for (const auto& use : uses) {
        const auto found = counts_.find(use.key);
        if (found == counts_.end()) continue;
        // One account of one's own must not clear the way for tries at others.
        if (use.key.front() != 'n') {
            counts_.erase(found);
        } else if (--found->second.tries <= 0) {
            counts_.erase(found);
        }
    }
}

void Throttle::take_back(const Trier& trier) {
    const auto uses = uses_of(trier);
    const std::lock_guard lock(mutex_);
    for (const auto& use : uses) {
        const auto found = counts_.find(use.key);
        if (found != counts_.end() && --found->second.tries <= 0) counts_.erase(found);
    }
}

// Whoever floods us with made-up accounts pushes out counts of one or two tries, not those of an
// account that is being guessed.
void Throttle::make_room() {
    const auto now = clock_.now();
    std::erase_if(counts_, [&](const auto& one) { return now - one.second.last >= kForgottenMs; });
    for (int few = 1; counts_.size() > kCountsMax / 2; few *= 2) {
        std::erase_if(counts_, [&](const auto& one) { return one.second.tries <= few; });
    }
}

Error too_often(std::int64_t wait_ms) {
    const auto seconds = (wait_ms + kSecondMs - 1) / kSecondMs;
    return Error(Code::too_often, "this was tried too often: wait before you try again")
        .after(seconds);
}

}  // namespace avow::services
