// SPDX-License-Identifier: Apache-2.0
// JSON as we take and give it. Parsing is strict (RFC 8259): depth and size are bounded, duplicate
// keys and invalid UTF-8 are errors, and each error names line and column.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/result.hh"

namespace avow::json {

inline constexpr std::size_t kDepthMax = 32;  // LIMIT: nesting of a document we accept

Result<boost::json::value> parse(std::string_view text);

// RFC 8785. Numbers must be integers within ±2^53: others are an error of the caller and abort.
std::string canonical(const boost::json::value& value);

}  // namespace avow::json
