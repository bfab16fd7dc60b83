// SPDX-License-Identifier: Apache-2.0
// What of a text can be sought: its words, as people would spell them in a hurry. Source: UAX #29
// for where a word ends, by ICU's dictionaries where nothing stands between them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace avow {

inline constexpr std::size_t kTermMax = 48;         // LIMIT: bytes of one term that are kept
inline constexpr std::size_t kTermsBytes = 32'768;  // LIMIT: bytes of one text's terms that are

// Folded, without accents and vowel points, each once, in the order of their bytes. Invalid UTF-8
// parts words. Of a text with more than kTermsBytes of them the first ones.
std::vector<std::string> terms_in(std::string_view text);

// One behind the other for match(), filled up to a multiple of 256 bytes: its size tells little.
std::string packed(std::span<const std::string> terms);

// The piece of a text, of at most so many bytes, that has the most of those sought; the first of
// them.
std::string_view excerpt(std::string_view text, std::span<const std::string> sought,
                         std::size_t most);

// Whether each of those sought begins one of those packed. Nothing sought matches nothing.
bool match(std::string_view packed_terms, std::span<const std::string> sought);

}  // namespace avow
