// SPDX-License-Identifier: Apache-2.0
// gettext's PO files. Each text is an entry whose context is its id; a plural has the source's one
// and other. Own code: libgettextpo is under the GPL, and ends the program on some errors. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hh"
#include "translation/sheet.hh"

namespace avow::translation {

// `invalid` when gettext has no way of writing the language's plurals that we know of.
Result<std::string> write_po(const Sheet& sheet);

// `invalid` with the line in its words. Catalogue and language come from the header.
Result<Sheet> read_po(std::string_view text);

}  // namespace avow::translation
