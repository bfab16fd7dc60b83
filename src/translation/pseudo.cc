// SPDX-License-Identifier: Apache-2.0
#include "translation/pseudo.hh"

#include <array>

namespace avow::translation {
namespace {

constexpr std::array<std::string_view, 26> kSmall{"å", "ƀ", "ç", "ð", "é", "ƒ", "ĝ", "ĥ", "î",
                                                  "ĵ", "ķ", "ļ", "ɱ", "ñ", "ö", "þ", "ɋ", "ŕ",
                                                  "š", "ţ", "û", "ṽ", "ŵ", "ẋ", "ý", "ž"};
constexpr std::array<std::string_view, 26> kLarge{"Å", "Ɓ", "Ç", "Ð", "É", "Ƒ", "Ĝ", "Ĥ", "Î",
                                                  "Ĵ", "Ķ", "Ļ", "Ṁ", "Ñ", "Ö", "Þ", "Ɋ", "Ŕ",
                                                  "Š", "Ţ", "Û", "Ṽ", "Ŵ", "Ẋ", "Ý", "Ž"};

}  // namespace

std::string pseudo(std::string_view text) {
    std::string out = "⟦";
    std::size_t letters = 0;
    bool in_place = false;
    for (const char c : text) {
        if (c == '{') in_place = true;
        if (!in_place && c >= 'a' && c <= 'z') {
            out += kSmall[static_cast<std::size_t>(c - 'a')];
            ++letters;
        } else if (!in_place && c >= 'A' && c <= 'Z') {
            out += kLarge[static_cast<std::size_t>(c - 'A')];
            ++letters;
        } else {
            out += c;
        }
        if (c == '}') in_place = false;
    }
    // A third longer, as German is.
    for (std::size_t i = 0; i < (letters + 2) / 3; ++i) out += "·";
    return out + "⟧";
}

Catalogue pseudo(const Catalogue& source) {
    Catalogue made;
    for (const auto& [id, text] : source) made.emplace(id, pseudo(text));
    return made;
}

}  // namespace avow::translation
