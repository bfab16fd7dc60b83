// SPDX-License-Identifier: Apache-2.0
#include "base/telephone.hh"

#include "base/text.hh"

namespace avow {
namespace {

constexpr std::size_t kDigitsMin = 7;
constexpr std::size_t kDigitsMax = 15;  // E.164 6.2.1

}  // namespace

std::optional<std::string> e164(std::string_view written) {
    written = trimmed(written);
    if (!written.starts_with('+')) return std::nullopt;
    std::string number = "+";
    for (const char c : written.substr(1)) {
        if (c >= '0' && c <= '9') {
            number += c;
        } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    const auto digits = number.size() - 1;
    if (digits < kDigitsMin || digits > kDigitsMax || number[1] == '0') return std::nullopt;
    return number;
}

}  // namespace avow
