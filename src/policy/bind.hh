// SPDX-License-Identifier: Apache-2.0
// Binds quotes to the text they quote. The quoted words are the authority: a text is bound when
// quotes cover all of it. Private to the room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/declare.hh"
#include "policy/prose.hh"

namespace avow::policy {

struct TextAndQuotes {
    const SourceText& source;
    const Prose& prose;
    const std::vector<Quote>& quotes;
    std::string language;
    Report& text_report;    // of the Markdown file
    Report& quotes_report;  // of the TOML file
};

struct Binding {
    std::vector<std::optional<Place>> places;  // by quote: where the text first says it
    std::uint32_t bound = 0;
    std::uint32_t unbound = 0;  // sentences, and rests of sentences, that no quote covers
    // As the text orders them; until renumber(), a sentence is the number of its quote.
    std::vector<Section> sections;
};

// Turns quotes into sentences: `sentence_of[quote]`.
void renumber(std::vector<Section>& sections, const std::vector<std::size_t>& sentence_of);

// Findings: quote_not_found, quoted_twice, overlapping_quotes in the TOML file; unbound_sentence,
// partial_quote in the text.
Binding bind(const TextAndQuotes& files);

}  // namespace avow::policy
