// SPDX-License-Identifier: Apache-2.0
// Addresses as an envelope takes them (RFC 5321 §4.1.2 without quoted local parts and address
// literals; RFC 6531 for those beyond ASCII). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/domain.hh"
#include "base/result.hh"

namespace avow::mail {

inline constexpr std::size_t kAddressMax = 254;   // LIMIT: bytes, RFC 5321 §4.5.3.1.3
inline constexpr std::size_t kLocalPartMax = 64;  // LIMIT: bytes

// `invalid`, in words that do not hold the address.
Status check_address(std::string_view address);
using avow::is_ascii;
// A domain beyond ASCII as its A-labels (RFC 5890), which every server takes; unchanged where it
// has none. Of the part before the @ there is no such spelling.
std::string with_ascii_domain(const std::string& address);

}  // namespace avow::mail
