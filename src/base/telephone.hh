// SPDX-License-Identifier: Apache-2.0
// Telephone numbers as they are kept (ITU-T E.164). Whose country a number without its code is of,
// the browser knows: here it is none. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow {

// + and 7 to 15 digits, the first not 0; spaces and - . ( ) / between them are left out. Nothing
// when it is no such number.
std::optional<std::string> e164(std::string_view written);

}  // namespace avow
