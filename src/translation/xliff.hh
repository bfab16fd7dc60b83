// SPDX-License-Identifier: Apache-2.0
// XLIFF: 2.0 out (urn:oasis:names:tc:xliff:document:2.0), 2.x and 1.2 in, read by libxml2 without
// network, entities or a document type. Places like {count} are <ph>, which tools protect. A plural
// is a group whose units are its forms: "versions.one". Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "translation/sheet.hh"

namespace avow::translation {

std::string write_xliff(const Sheet& sheet);

// A sheet for each <file>. `invalid` with the line in its words.
Result<std::vector<Sheet>> read_xliff(std::string_view text);

}  // namespace avow::translation
