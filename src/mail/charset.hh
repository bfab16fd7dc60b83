// SPDX-License-Identifier: Apache-2.0
// Bytes of a part as UTF-8, whatever its label says of them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace avow::mail {

// By the label when ICU knows it and the bytes fit it; else as UTF-8 when they are; else as
// windows-1252, as which any bytes can be read. What has no character becomes U+FFFD.
std::string to_utf8(std::string_view bytes, const std::string& label);

// As IMAP spells the names of folders (RFC 3501 §5.1.3).
std::string to_imap_utf7(std::string_view utf8);

// Lines end in \n; of the other control characters only tabs stay.
std::string clean_text(std::string_view utf8);
// The same on one line.
std::string clean_line(std::string_view utf8);

}  // namespace avow::mail
