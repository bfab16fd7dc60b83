// SPDX-License-Identifier: Apache-2.0
#include "policy/similar.hh"

#include <algorithm>

#include <unicode/utf8.h>

#include "base/text.hh"

namespace avow::policy {
namespace {

constexpr std::size_t kCompared = 1000;  // LIMIT: bytes of a sentence that are compared
constexpr double kNear = 0.5;            // from here on two sentences may be one that drifted

}  // namespace

Likeness::Likeness(std::string_view sentence) {
    auto cut = std::min(sentence.size(), kCompared);
    while (cut < sentence.size() && cut > 0 &&
           U8_IS_TRAIL(static_cast<std::uint8_t>(sentence[cut]))) {
        --cut;
    }
    const auto folded = fold(sentence.substr(0, cut));
    const auto size = static_cast<std::int32_t>(folded.size());
    std::uint64_t before = ' ';
    for (std::int32_t at = 0; at < size;) {
        UChar32 c;
        U8_NEXT(folded.data(), at, size, c);
        const auto now = static_cast<std::uint64_t>(static_cast<std::uint32_t>(c));
        pairs_.push_back(before << 32 | now);
        before = now;
    }
    std::sort(pairs_.begin(), pairs_.end());
}

double Likeness::to(const Likeness& other) const {
    const auto total = pairs_.size() + other.pairs_.size();
    if (total == 0) return 0;
    std::size_t common = 0;
    for (auto a = pairs_.begin(), b = other.pairs_.begin();
         a != pairs_.end() && b != other.pairs_.end();) {
        if (*a == *b) {
            ++common;
            ++a;
            ++b;
        } else if (*a < *b) {
            ++a;
        } else {
            ++b;
        }
    }
    return 2.0 * static_cast<double>(common) / static_cast<double>(total);
}

std::optional<std::size_t> most_alike(const Likeness& sentence,
                                      std::span<const Likeness> candidates) {
    std::optional<std::size_t> best;
    double best_likeness = kNear;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto likeness = sentence.to(candidates[i]);
        if (likeness > best_likeness || (!best && likeness >= kNear)) {
            best = i;
            best_likeness = likeness;
        }
    }
    return best;
}

}  // namespace avow::policy
