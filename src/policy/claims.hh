// SPDX-License-Identifier: Apache-2.0
// Which byte of the text belongs to which quote. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "policy/declare.hh"
#include "policy/prose.hh"

namespace avow::policy {

// What became of one quote.
struct Claim {
    enum class Kind { bound, not_found, twice, overlapping };
    Kind kind = Kind::not_found;
    std::size_t first = 0;  // bound: the first byte in Prose::text
    std::size_t other = 0;  // twice, overlapping: the quote that has the place
};

struct Claims {
    static constexpr std::uint32_t kNobody = 0xffffffff;
    std::vector<Claim> of_quote;
    std::vector<std::uint32_t> owner;  // by byte of Prose::text
};

// Long quotes choose first, so that a short one cannot tear a hole into a longer; a quote has every
// place where the text says it.
Claims claim(const Prose& prose, const std::vector<Quote>& quotes);

}  // namespace avow::policy
