// SPDX-License-Identifier: Apache-2.0
#include "base/result.hh"

namespace avow {

std::string_view name_of(Code code) {
    switch (code) {
        case Code::invalid:
            return "invalid";
        case Code::denied:
            return "denied";
        case Code::not_found:
            return "not_found";
        case Code::conflict:
            return "conflict";
        case Code::unavailable:
            return "unavailable";
        case Code::corrupt:
            return "corrupt";
        case Code::too_large:
            return "too_large";
        case Code::too_often:
            return "too_often";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

std::string Error::describe() const {
    std::string text = words_.value;
    for (const auto& input : inputs_) text += "\n  " + input.pointer + ": " + input.detail;
    if (!cause_.value.empty()) text += " (" + cause_.value + ")";
    return text;
}

}  // namespace avow
