// SPDX-License-Identifier: Apache-2.0
// Bytes as letters and digits that people can read out and type. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hh"

namespace avow::services {

// rfc4648: what authenticators read (§6), without padding. crockford: no letter that looks like a
// digit; I and L are read as 1, O as 0.
enum class Base32 { rfc4648, crockford };

std::string base32(ByteView bytes, Base32 alphabet);
// Either case; spaces and hyphens between groups are passed over. Nothing when a character is no
// one of the alphabet's, or bits are left over that no encoder leaves.
std::optional<Bytes> from_base32(std::string_view text, Base32 alphabet);

}  // namespace avow::services
