// SPDX-License-Identifier: Apache-2.0
#include "base/id.hh"

namespace avow {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kLetters = 26;  // 130 bits: the first two are always zero

int letter_value(char c) {
    const auto at = kAlphabet.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

ByteArray<16> make_uuid_v7(Time now, Random& random) {
    auto uuid = random.take<16>();
    const auto ms = static_cast<std::uint64_t>(now.ms);
    for (int i = 0; i < 6; ++i) {
        uuid[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    }
    uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0f) | 0x70);
    uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3f) | 0x80);
    return uuid;
}

std::string spell_id(std::string_view prefix, const ByteArray<16>& uuid) {
    std::string text(prefix);
    text += '_';
    unsigned buffer = 0;
    unsigned bits = 2;
    for (const auto byte : uuid) {
        buffer = (buffer << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text += kAlphabet[(buffer >> bits) & 31];
        }
    }
    return text;
}

std::optional<ByteArray<16>> read_id(std::string_view prefix, std::string_view text) {
    if (text.size() != prefix.size() + 1 + kLetters) return std::nullopt;
    if (!text.starts_with(prefix) || text[prefix.size()] != '_') return std::nullopt;
    text.remove_prefix(prefix.size() + 1);
    if (letter_value(text.front()) > 7) return std::nullopt;
    ByteArray<16> uuid{};
    unsigned buffer = 0;
    unsigned bits = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < kLetters; ++i) {
        const int value = letter_value(text[i]);
        if (value < 0) return std::nullopt;
        buffer = (buffer << 5) | static_cast<unsigned>(value);
        bits += i == 0 ? 3 : 5;
        if (bits >= 8) {
            bits -= 8;
            uuid[at++] = static_cast<std::uint8_t>(buffer >> bits);
        }
    }
    return uuid;
}

}  // namespace avow
