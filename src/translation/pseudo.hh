// SPDX-License-Identifier: Apache-2.0
// A language that nobody speaks and everybody can read, to see what is not translated and what
// breaks when words are longer: "Save" is "⟦Šåvé···⟧". Pure.
#pragma once

#include <string>
#include <string_view>

#include "translation/catalogue.hh"

namespace avow::translation {

// Places stay as they are.
std::string pseudo(std::string_view text);
Catalogue pseudo(const Catalogue& source);

}  // namespace avow::translation
