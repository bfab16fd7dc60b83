// SPDX-License-Identifier: Apache-2.0
// BCP 47 language tags, as far as a policy needs them.
#pragma once

#include <string_view>

namespace avow::policy {

// Well-formed, and of a language that has a name.
bool is_language(std::string_view tag);

// Tags are compared without regard to case.
bool same_tag(std::string_view a, std::string_view b);

}  // namespace avow::policy
