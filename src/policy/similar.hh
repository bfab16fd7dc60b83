// SPDX-License-Identifier: Apache-2.0
// How alike two sentences are, in any script. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace avow::policy {

// The pairs of neighbouring characters of a sentence, case folded. Linear to make and to compare,
// where an edit distance would cost the product of both lengths.
class Likeness {
  public:
    explicit Likeness(std::string_view sentence);
    // 0 nothing in common, 1 the same (Dice's coefficient).
    double to(const Likeness& other) const;

  private:
    std::vector<std::uint64_t> pairs_;  // sorted, with repeats
};

// The candidate that is most alike, if it is near enough to be the one that was meant.
std::optional<std::size_t> most_alike(const Likeness& sentence,
                                      std::span<const Likeness> candidates);

}  // namespace avow::policy
