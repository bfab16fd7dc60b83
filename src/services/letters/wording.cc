// SPDX-License-Identifier: Apache-2.0
#include "services/letters/wording.hh"

#include <algorithm>

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kSpeakOfHours = 2 * kHourMs;
constexpr std::int64_t kSpeakOfDays = 2 * kDayMs;

// What is left, rounded down: a link is never promised longer than it works.
Phrase time_left(std::int64_t left_ms) {
    if (left_ms >= kSpeakOfDays) return Phrase("link_days", {{"count", left_ms / kDayMs}});
    const bool hours = left_ms >= kSpeakOfHours;
    const auto count = std::max<std::int64_t>(0, left_ms / (hours ? kHourMs : kMinuteMs));
    return Phrase(hours ? "link_hours" : "link_minutes", {{"count", count}});
}

}  // namespace

Worded word(const Occasion& occasion, const Say& say) {
    const PhraseArguments arguments{{"organization", occasion.organization},
                                    {"contact", occasion.contact},
                                    {"day", occasion.happened},
                                    {"purpose", occasion.purpose}};
    const auto phrase = [&](const std::string& id) {
        return say(occasion.language, Phrase(id, arguments));
    };
    auto text = phrase(occasion.kind + "_text") + "\n\n";
    // A line of its own, with nothing before or after it: so every reader of mail finds its ends,
    // among letters from right to left, too.
    if (!occasion.link.empty()) text += occasion.link + "\n\n";
    if (occasion.ends) {
        text += say(occasion.language, time_left(*occasion.ends - occasion.now)) + "\n\n";
    }
    text += phrase(occasion.kind + "_unasked") + "\n\n";
    if (!occasion.stop.empty()) text += occasion.stop + "\n\n";
    text += phrase("closing") + "\n";
    return {phrase(occasion.kind + "_subject"), std::move(text)};
}

Worded word(const AnswerOccasion& occasion, const Say& say) {
    const PhraseArguments arguments{{"organization", occasion.organization}};
    const auto phrase = [&](const std::string& id) {
        return say(occasion.language, Phrase(id, arguments));
    };
    const bool again = fold(occasion.subject.substr(0, 3)) == "re:";
    // RFC 3676 §4.3: what follows this line is no part of the answer.
    auto text = occasion.text + "\n\n-- \n" + phrase("request_answered_foot") + "\n";
    if (!occasion.page.empty()) {
        text += phrase("request_answered_page") + "\n\n" + occasion.page + "\n";
    }
    return {(again ? "" : "Re: ") + occasion.subject, std::move(text)};
}

}  // namespace avow::services
