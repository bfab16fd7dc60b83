// SPDX-License-Identifier: Apache-2.0
#include "services/factors/base32.hh"

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr unsigned kBits = 5;  // of one character

std::string_view characters_of(Base32 alphabet) {
    return alphabet == Base32::rfc4648 ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
                                       : "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

char meant_by(char typed, Base32 alphabet) {
    const char c = upper(typed);
    if (alphabet != Base32::crockford) return c;
    if (c == 'I' || c == 'L') return '1';
    return c == 'O' ? '0' : c;
}

}  // namespace

std::string base32(ByteView bytes, Base32 alphabet) {
    const auto characters = characters_of(alphabet);
    std::string text;
    unsigned held = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        held = (held << 8) | byte;
        bits += 8;
        while (bits >= kBits) {
            bits -= kBits;
            text.push_back(characters[(held >> bits) & 31]);
        }
        held &= (1u << bits) - 1;
    }
    if (bits > 0) text.push_back(characters[(held << (kBits - bits)) & 31]);
    return text;
}

std::optional<Bytes> from_base32(std::string_view text, Base32 alphabet) {
    const auto characters = characters_of(alphabet);
    Bytes bytes;
    unsigned held = 0;
    unsigned bits = 0;
    // Full-width letters and odd spaces become plain ones first.
    for (const char typed : fold(text)) {
        if (typed == ' ' || typed == '-') continue;
        const auto value = characters.find(meant_by(typed, alphabet));
        if (value == std::string_view::npos) return std::nullopt;
        held = (held << kBits) | static_cast<unsigned>(value);
        bits += kBits;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(held >> bits));
        held &= (1u << bits) - 1;
    }
    if (bits >= kBits || held != 0) return std::nullopt;
    return bytes;
}

}  // namespace avow::services
