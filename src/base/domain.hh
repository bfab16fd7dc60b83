// SPDX-License-Identifier: Apache-2.0
// Domains beyond ASCII, by libidn2 (IDNA 2008 with the mapping of UTS 46, non-transitional). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow {

bool is_ascii(std::string_view text);

// The A-labels of a domain, which every server takes; nothing when IDNA has no such domain. Plain
// ASCII is itself.
std::optional<std::string> ascii_domain(std::string_view domain);

// An address as it is compared: folded, its domain as people write it. So one spelled with A-labels
// is the same as one spelled without.
std::string folded_address(std::string_view address);

}  // namespace avow
