// SPDX-License-Identifier: Apache-2.0
// The files of web/dist, inside the program (cmake/embed.cmake). Linked into the program only.
#pragma once

#include <map>
#include <string_view>

namespace avow {

const std::map<std::string_view, std::string_view>& embedded_files();

}  // namespace avow
