// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hh"

#include <string.h>

namespace avow {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(ByteView bytes, std::string_view alphabet, bool pad) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = bytes.size() - i;
        const unsigned chunk = (unsigned{bytes[i]} << 16) |
                               (left > 1 ? unsigned{bytes[i + 1]} << 8 : 0u) |
                               (left > 2 ? unsigned{bytes[i + 2]} : 0u);
        text += alphabet[chunk >> 18];
        text += alphabet[(chunk >> 12) & 63];
        if (left > 1) text += alphabet[(chunk >> 6) & 63];
        if (left > 2) text += alphabet[chunk & 63];
        if (pad && left < 3) text.append(3 - left, '=');
    }
    return text;
}

std::array<std::int8_t, 256> reverse(std::string_view alphabet) {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}

// Unpadded text to bytes; refuses stray low bits so that each value has one spelling.
std::optional<Bytes> decode(std::string_view text, const std::array<std::int8_t, 256>& table) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const int value = table[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        buffer = (buffer << 6) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>((buffer >> bits) & 0xff));
        }
    }
    if ((buffer & ((1u << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const auto byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::string base64(ByteView bytes) {
    return encode(bytes, kStandard, true);
}

std::optional<Bytes> from_base64(std::string_view text) {
    static const auto table = reverse(kStandard);
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with("==")) {
        text.remove_suffix(2);
    } else if (text.ends_with("=")) {
        text.remove_suffix(1);
    }
    return decode(text, table);
}

std::string base64url(ByteView bytes) {
    return encode(bytes, kUrl, false);
}

std::optional<Bytes> from_base64url(std::string_view text) {
    static const auto table = reverse(kUrl);
    return decode(text, table);
}

void append_be16(Bytes& to, std::uint16_t value) {
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}

void append_be32(Bytes& to, std::uint32_t value) {
    append_be16(to, static_cast<std::uint16_t>(value >> 16));
    append_be16(to, static_cast<std::uint16_t>(value));
}

void append_be64(Bytes& to, std::uint64_t value) {
    append_be32(to, static_cast<std::uint32_t>(value >> 32));
    append_be32(to, static_cast<std::uint32_t>(value));
}

std::uint16_t read_be16(ByteView from) {
    return static_cast<std::uint16_t>((from[0] << 8) | from[1]);
}

std::uint32_t read_be32(ByteView from) {
    return (std::uint32_t{read_be16(from)} << 16) | read_be16(from.subspan(2));
}

std::uint64_t read_be64(ByteView from) {
    return (std::uint64_t{read_be32(from)} << 32) | read_be32(from.subspan(4));
}

void wipe(void* memory, std::size_t size) {
    explicit_bzero(memory, size);
}

}  // namespace avow
