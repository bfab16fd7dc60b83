// SPDX-License-Identifier: Apache-2.0
#include "services/factors/challenges.hh"

#include "crypto/hash.hh"

namespace avow::services {
namespace {

constexpr std::size_t kNonce = 16;
constexpr std::size_t kHead = kNonce + 8;  // and when it was made

}  // namespace

Challenges::Challenges(const Clock& clock, Random& random)
    : clock_(clock), random_(random), key_(crypto::Key::random(random)) {}

Bytes Challenges::mark(Ceremony ceremony, ByteView signer, ByteView head) const {
    Bytes marked{static_cast<std::uint8_t>(ceremony)};
    marked.insert(marked.end(), signer.begin(), signer.end());
    marked.insert(marked.end(), head.begin(), head.end());
    return to_bytes(crypto::keyed_hash(key_, marked));
}

Bytes Challenges::make(Ceremony ceremony, ByteView signer) {
    auto challenge = to_bytes(random_.take<kNonce>());
    append_be64(challenge, static_cast<std::uint64_t>(clock_.now().ms));
    const auto marked = mark(ceremony, signer, challenge);
    challenge.insert(challenge.end(), marked.begin(), marked.end());
    return challenge;
}

bool Challenges::take(Ceremony ceremony, ByteView signer, ByteView challenge) {
    if (challenge.size() <= kHead) return false;
    const auto head = challenge.first(kHead);
    if (!crypto::equal(challenge.subspan(kHead), mark(ceremony, signer, head))) return false;
    const auto now = clock_.now();
    const Time made{static_cast<std::int64_t>(read_be64(head.subspan(kNonce)))};
    if (now - made >= kLifeMs || made - now >= kLifeMs) return false;
    const std::lock_guard lock(mutex_);
    if (used_.size() >= kUsedMax) std::erase_if(used_, [&](auto& one) { return one.second < now; });
    if (used_.size() >= kUsedMax) return false;
    return used_.emplace(as_text(head), made + kLifeMs).second;
}

}  // namespace avow::services
