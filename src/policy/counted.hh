// SPDX-License-Identifier: Apache-2.0
// Numbers with their nouns and columns for the terminal. Private to the room.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hh"

namespace avow::policy {

// "1 purpose", "8 purposes"
inline std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

// Filled with spaces to `width` characters, and one space more.
inline std::string padded(std::string_view text, std::size_t width) {
    const auto length = length_of(text);
    return std::string(text) + std::string((length < width ? width - length : 0) + 1, ' ');
}

}  // namespace avow::policy
