// SPDX-License-Identifier: Apache-2.0
// What a translator works on: each text of a catalogue with its source, plurals as one unit with
// the forms that the language has. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "translation/catalogue.hh"

namespace avow::translation {

inline constexpr std::size_t kFileMax = 8u << 20;  // LIMIT: bytes of a translator's file

// Texts by plural category, in no order; a plain text stands under "".
using Forms = std::map<std::string, std::string, std::less<>>;

struct Unit {
    std::string id;  // of a plural: without its category
    Forms source;
    Forms target;  // those that are translated
    bool is_plural() const { return !source.contains(""); }
    bool stale = false;      // the source changed since
    bool unsure = false;     // its translator says so
    std::uint32_t line = 0;  // in the file that it was read from, from 1
};

// What a form of the target is translated from: the source's own of that category, else its other.
const std::string& source_form(const Unit& unit, std::string_view category);

struct Sheet {
    std::string catalogue;  // portal, site …
    std::string language;
    std::vector<Unit> units;
};

// Whether a file's words can be a language's tag, or an id (and the name of a catalogue).
bool is_language(std::string_view text);
bool is_id(std::string_view text);

// zero one two few many other, those of the language.
std::vector<std::string> ordered_categories(std::string_view language);

// What the source was when it was translated: the first half of its SHA-256, by id.
using Sources = std::map<std::string, std::string, std::less<>>;
std::string digest_of(const Unit& unit);

// `sources` says which translations are stale; an id that it does not know is none.
Sheet sheet_of(std::string name, std::string language, const Catalogue& source,
               const Catalogue& target, const Sources& sources);

struct Standing {
    std::size_t translated = 0;
    std::size_t missing = 0;  // a plural that lacks one form is missing
    std::size_t stale = 0;
};
bool is_missing(const Unit& unit, std::string_view language);
Standing standing_of(const Sheet& sheet);

struct Finding {
    std::uint32_t line = 0;
    std::string words;
};

struct Merged {
    Catalogue catalogue;
    Sources sources;
    std::vector<Finding> wrong;      // any: nothing of it is to be kept
    std::vector<std::string> stale;  // left out: the source is another now
    std::size_t taken = 0;           // units
};
// What a translator's file makes of a language's catalogue. Units without a translation, or that
// are unsure, change nothing.
Merged merge(const Sheet& read, const Catalogue& source, const Catalogue& target,
             const Sources& sources);

}  // namespace avow::translation
