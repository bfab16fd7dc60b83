// SPDX-License-Identifier: Apache-2.0
// The server's own words in every language it ships: web/words/<language>/site.json, and mail.json
// for its letters; each a flat object of id and text. A text has places, "{name}". A text with a
// number may have forms, their ids end in the plural category: versions_one, versions_other.
// Immutable, so thread-safe.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/phrase.hh"
#include "base/result.hh"

namespace avow::api {

inline constexpr std::array<std::string_view, 5> kLanguages{"en", "fr", "de", "ja", "ar"};

class Words {
  public:
    using Catalogue = std::map<std::string, std::string, std::less<>>;

    // `files`: path to bytes, "words/<language>/<name>.json". `corrupt` names the file that is
    // missing or is no catalogue.
    static Result<Words> create(const std::map<std::string_view, std::string_view>& files,
                                std::string_view name = "site");

    // The text, its places filled; the first number chooses the form. What a language lacks is said
    // in English; what nobody knows is its id: never an empty text.
    std::string text(std::string_view language, const Phrase& phrase) const;
    std::string text(std::string_view language, std::string_view id) const;

    // As the file has it; null for a language that is not shipped.
    const Catalogue* find_catalogue(std::string_view language) const;

  private:
    const std::string* find(std::string_view language, const Phrase& phrase) const;
    std::map<std::string, Catalogue, std::less<>> catalogues_;
};

}  // namespace avow::api
