// SPDX-License-Identifier: Apache-2.0
// What a value must look like to be kept. Pure functions; the answer says what is wrong without
// repeating the value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow::gate {

// RFC 5321 §4.1.2 with RFC 6531's UTF-8: dot-atom or quoted local part (≤ 64 octets), a domain of
// labels (≤ 255 octets) that IDNA 2008 knows. No comments, no address literals, no display name.
bool is_mailbox(std::string_view text);

// Nothing when all is well. Any value: UTF-8, no control characters but line breaks and tabs, not
// empty, bounded. `email` also a mailbox; `phone` digits, spaces and + - . ( ) /.
std::optional<std::string> wrong_with(std::string_view field, std::string_view value);

}  // namespace avow::gate
