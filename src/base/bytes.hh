// SPDX-License-Identifier: Apache-2.0
// Bytes and their spellings. All decoders are strict: no white space, no missing padding.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace avow {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);
Bytes to_bytes(ByteView bytes);

std::string hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648 §4, with padding.
std::string base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);

// RFC 4648 §5, without padding.
std::string base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

void append_be16(Bytes& to, std::uint16_t value);
void append_be32(Bytes& to, std::uint32_t value);
void append_be64(Bytes& to, std::uint64_t value);
std::uint16_t read_be16(ByteView from);
std::uint32_t read_be32(ByteView from);
std::uint64_t read_be64(ByteView from);

// Overwrites memory in a way no compiler removes.
void wipe(void* memory, std::size_t size);

}  // namespace avow
