// SPDX-License-Identifier: Apache-2.0
#include "translation/plural_forms.hh"

#include <array>
#include <utility>

#include "translation/sheet.hh"

namespace avow::translation {
namespace {

constexpr std::string_view kMillions = "n != 0 && n % 1000000 == 0";
constexpr std::string_view kSlavic =
    "n % 10 == 1 && n % 100 != 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > "
    "14) ? 1 : 2";

// By primary subtag; whole numbers never take a form that only fractions have.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kForms{{
    {"ar",
     "n == 0 ? 0 : n == 1 ? 1 : n == 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 "
     ": 5"},
    {"cs", "n == 1 ? 0 : n >= 2 && n <= 4 ? 1 : 3"},
    {"da", "n != 1"},
    {"de", "n != 1"},
    {"en", "n != 1"},
    {"fi", "n != 1"},
    {"ja", "0"},
    {"ko", "0"},
    {"nl", "n != 1"},
    {"pl", "n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2"},
    {"ru", kSlavic},
    {"sv", "n != 1"},
    {"tr", "n != 1"},
    {"uk", kSlavic},
    {"zh", "0"},
}};

}  // namespace

std::optional<std::string> plural_forms(std::string_view language) {
    const auto primary = language.substr(0, language.find('-'));
    const auto count = std::to_string(ordered_categories(language).size());
    const auto spelled = [&](std::string_view plural) {
        return "nplurals=" + count + "; plural=(" + std::string(plural) + ");";
    };
    // One, many (of millions) and other.
    if (primary == "fr" || primary == "pt")
        return spelled("n <= 1 ? 0 : " + std::string(kMillions) + " ? 1 : 2");
    if (primary == "es" || primary == "it")
        return spelled("n == 1 ? 0 : " + std::string(kMillions) + " ? 1 : 2");
    for (const auto& [known, plural] : kForms) {
        if (known == primary) return spelled(plural);
    }
    return std::nullopt;
}

}  // namespace avow::translation
