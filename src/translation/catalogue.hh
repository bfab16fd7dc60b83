// SPDX-License-Identifier: Apache-2.0
// A catalogue of words as web/words keeps it: a flat object of id and text, sorted. Plurals are ids
// that end in the category of the CLDR: versions_one, versions_other. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace avow::translation {

using Catalogue = std::map<std::string, std::string, std::less<>>;

// `invalid` with line and column when it is no JSON, or names what is no text.
Result<Catalogue> read_catalogue(std::string_view json);
// As the files stand: two spaces, one entry a line. read_catalogue() of it gives the same again.
std::string spell(const Catalogue& catalogue);

}  // namespace avow::translation
