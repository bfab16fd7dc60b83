// SPDX-License-Identifier: Apache-2.0
// How gettext writes a language's plurals. Its forms stand in the order of ordered_categories(),
// for whole numbers as the CLDR has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avow::translation {

// "nplurals=2; plural=(n != 1);". Nothing for a language that we cannot write so.
std::optional<std::string> plural_forms(std::string_view language);

}  // namespace avow::translation
