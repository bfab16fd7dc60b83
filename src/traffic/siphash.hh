// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash for tables in memory. Not for storage:
// whoever has the key can try every address.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hh"

namespace avow::traffic {

std::uint64_t siphash(const ByteArray<16>& key, std::string_view text);

}  // namespace avow::traffic
