// SPDX-License-Identifier: Apache-2.0
#include "policy/claims.hh"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <string_view>

namespace avow::policy {
namespace {

// memmem is linear in the text whatever the words are; the searches of the standard library are
// not.
std::size_t find(std::string_view text, std::string_view words, std::size_t from) {
    if (from >= text.size()) return std::string_view::npos;
    const auto* found =
        ::memmem(text.data() + from, text.size() - from, words.data(), words.size());
    if (found == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

bool starts_character(std::string_view text, std::size_t at) {
    return at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

Claim claim_one(const Prose& prose, std::string_view words, std::uint32_t quote, Claims& claims) {
    Claim claim;
    auto at = find(prose.text, words, 0);
    while (at != std::string_view::npos) {
        const auto end = at + words.size();
        // Longer quotes came first: what overlaps this one owns its first or its last byte.
        const auto owner = std::min(claims.owner[at], claims.owner[end - 1]);
        if (owner == Claims::kNobody) {
            if (claim.kind != Claim::Kind::bound) claim = {Claim::Kind::bound, at, 0};
            std::fill(claims.owner.begin() + static_cast<std::ptrdiff_t>(at),
                      claims.owner.begin() + static_cast<std::ptrdiff_t>(end), quote);
            at = end;
        } else {
            if (claim.kind == Claim::Kind::not_found) {
                claim = {Claim::Kind::overlapping, at, owner};
            }
            do ++at;
            while (!starts_character(prose.text, at));
        }
        at = find(prose.text, words, at);
    }
    return claim;
}

}  // namespace

Claims claim(const Prose& prose, const std::vector<Quote>& quotes) {
    Claims claims;
    claims.of_quote.resize(quotes.size());
    claims.owner.assign(prose.text.size(), Claims::kNobody);
    std::vector<std::size_t> order(quotes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) {
        const auto size_a = quotes[a].words.size();
        const auto size_b = quotes[b].words.size();
        return size_a != size_b ? size_a > size_b : a < b;
    });
    std::map<std::string_view, std::size_t> seen;
    for (const auto i : order) {
        const auto [first, fresh] = seen.emplace(quotes[i].words, i);
        claims.of_quote[i] =
            fresh ? claim_one(prose, quotes[i].words, static_cast<std::uint32_t>(i), claims)
                  : Claim{Claim::Kind::twice, 0, first->second};
    }
    return claims;
}

}  // namespace avow::policy
