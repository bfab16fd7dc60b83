// SPDX-License-Identifier: Apache-2.0
// The lists that came with the program (src/traffic/CMakeLists.txt): regexes.yaml, crawlers.json,
// country.mmdb.
#pragma once

#include <string_view>

namespace avow {

std::string_view traffic_data(std::string_view name);

}  // namespace avow
