// SPDX-License-Identifier: Apache-2.0
// What a file is by its first bytes, and what it may be called. Pure; any bytes.
// Promises: a type of a short list, or application/octet-stream; a name without a path, a control
// character or a mark that turns the direction of writing, so that it ends as it is read to end.
// Does not promise that a file is harmless, or whole.
// Source: WHATWG MIME Sniffing for the patterns; UTR 36 for the marks.
#pragma once

#include <string>
#include <string_view>

namespace avow::mail {

std::string_view file_type_of(std::string_view bytes);

// At most `most` bytes of it, cut before the ending. Empty when nothing is left.
std::string file_name_of(std::string_view given, std::size_t most);

}  // namespace avow::mail
