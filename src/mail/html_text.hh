// SPDX-License-Identifier: Apache-2.0
// HTML of a mail as plain text: tags go, blocks become lines, entities become characters. Nothing
// is rendered, run or loaded; what a tag says is never kept, not even an address. One pass. Pure.
#pragma once

#include <string>
#include <string_view>

namespace avow::mail {

// At most `most` bytes of UTF-8.
std::string text_of_html(std::string_view html, std::size_t most);

}  // namespace avow::mail
