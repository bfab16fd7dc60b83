// SPDX-License-Identifier: Apache-2.0
// The request target (RFC 9112 §3.2, RFC 3986): pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow::http {

inline constexpr std::size_t kTargetMax = 8192;  // LIMIT: bytes of a request target

struct Target {
    std::string path;   // decoded
    std::string query;  // as sent
    std::string host;   // of an absolute target; else empty
};

// Nothing for a target that is not origin-form or absolute-form, has a wrong percent encoding, an
// encoded slash or NUL, or a . or .. segment.
std::optional<Target> parse_target(std::string_view target);
// Percent and plus decoding of a query value; wrong encodings stay as they are.
std::string decode_query(std::string_view text);

}  // namespace avow::http
