// SPDX-License-Identifier: Apache-2.0
// What `avow policy show` says: the whole policy as the program understands it.
#pragma once

#include <string>

#include "policy/policy.hh"

namespace avow::policy {

// For people, in aligned columns; ends with a line end.
std::string show_text(const Policy& policy);

}  // namespace avow::policy
