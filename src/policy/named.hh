// SPDX-License-Identifier: Apache-2.0
// Lists of declared names, as sets. Private to the room.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>

#include "policy/reader.hh"

namespace avow::policy {

enum class NeedNames { some, perhaps_none };

// The list under `key`, each name looked up in `declared`. Findings: an empty or absent list where
// some are needed, a name twice, a name that is not declared (under `undeclared_code`).
std::bitset<kPurposesMax> read_names(TableReader& reader, std::string_view key, NeedNames need,
                                     std::string_view undeclared_code,
                                     std::span<const std::string> declared);

}  // namespace avow::policy
