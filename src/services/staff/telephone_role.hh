// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace avow::services {

// Of a telephone system's token, which tells that calls ring (api/desk_ringing.cc) and is nobody at
// any other door.
inline constexpr std::string_view kTelephoneRole = "telephone";

}  // namespace avow::services
