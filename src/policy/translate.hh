// SPDX-License-Identifier: Apache-2.0
// One translation: privacy.<lang>.md and promises.<lang>.toml, bound to the sentences of the
// source. Private to the room.
#pragma once

#include <string>
#include <vector>

#include "policy/declare.hh"

namespace avow::policy {

struct TranslationFiles {
    std::string language;  // of the file names
    const SourceFile* text = nullptr;
    const SourceFile* promises = nullptr;
};

struct TranslationSource {
    const Policy& declared;
    const std::vector<Quote>& quotes;       // of the source, in the order of its sentences
    std::vector<std::string> quote_places;  // "promises.toml:12:8", by quote
    bool quotes_known = false;  // false when promises.toml could not be read: nothing to compare
};

// What stands in `sentences` and `sections` is numbered as the source's quotes are. Findings go to
// the two reports.
Translation translate(const TranslationFiles& files, const TranslationSource& source,
                      Report& text_report, Report& promises_report);

}  // namespace avow::policy
