// SPDX-License-Identifier: Apache-2.0
// A letter in the reader's words: subject and plain text, by the catalogues web/words/*/mail.json.
// Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/phrase.hh"
#include "base/time.hh"

namespace avow::services {

// The text of a phrase in a language.
using Say = std::function<std::string(std::string_view language, const Phrase& phrase)>;

struct Occasion {
    std::string kind;  // the beginning of its phrases' ids
    std::string language;
    std::string organization;
    std::string contact;
    Time happened;
    Time now;
    std::string link;  // whole; empty: none
    std::optional<Time> ends;
    // Of a letter that rests on a permission: what was permitted, and the link that takes it back.
    std::string purpose = {};
    std::string stop = {};
};

// An employee's answer: its own words, and below them how to go on.
struct AnswerOccasion {
    std::string language;
    std::string organization;
    std::string subject;  // of the question
    std::string text;
    std::string page;  // in the portal, whole; empty: none
};

struct Worded {
    std::string subject;
    std::string text;
};
Worded word(const Occasion& occasion, const Say& say);
Worded word(const AnswerOccasion& occasion, const Say& say);

}  // namespace avow::services
