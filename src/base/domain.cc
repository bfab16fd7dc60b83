// SPDX-License-Identifier: Apache-2.0
#include "base/domain.hh"

#include <algorithm>
#include <memory>

#include <idn2.h>

#include "base/text.hh"

namespace avow {
namespace {

using Text = std::unique_ptr<char, void (*)(void*)>;

bool has_a_label(std::string_view domain) {
    return domain.find("xn--") != std::string_view::npos;
}

}  // namespace

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> ascii_domain(std::string_view domain) {
    const std::string text(domain);
    if (text.find('\0') != std::string::npos) return std::nullopt;
    if (is_ascii(text) && !has_a_label(text)) return text;
    char* made = nullptr;
    const int failed = idn2_to_ascii_8z(text.c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const Text owned(made, idn2_free);
    if (failed != IDN2_OK) return std::nullopt;
    return std::string(made);
}

std::string folded_address(std::string_view address) {
    auto folded = fold(address);
    const auto at = folded.rfind('@');
    if (at == std::string::npos || !has_a_label(std::string_view(folded).substr(at))) return folded;
    char* made = nullptr;
    const int failed = idn2_to_unicode_8z8z(folded.c_str() + at + 1, &made, IDN2_NONTRANSITIONAL);
    const Text owned(made, idn2_free);
    if (failed != IDN2_OK) return folded;
    return folded.substr(0, at + 1) + fold(made);
}

}  // namespace avow
