// SPDX-License-Identifier: Apache-2.0
// Words as people write them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace avow {

// Where the first byte that is not UTF-8 stands; nothing if all is well.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

// NFKC, then full case folding, then NFKC again: two spellings of one address become one.
// Invalid UTF-8 becomes U+FFFD.
std::string fold(std::string_view text);

// Number of code points.
std::size_t length_of(std::string_view text);

// The candidate with the smallest edit distance to `word`, if it is near enough to be meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

std::string_view trimmed(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> words, std::string_view separator);

// & < > " ' as HTML wants them, for text and for quoted attributes.
std::string html_escaped(std::string_view text);

}  // namespace avow
