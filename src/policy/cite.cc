// SPDX-License-Identifier: Apache-2.0
// Which sentence of the text a decision rests on.
#include <algorithm>
#include <set>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "base/text.hh"
#include "policy/policy.hh"

namespace avow::policy {
namespace {

constexpr std::size_t kWordMin = 4;  // letters; shorter words say nothing about the matter

using Words = std::set<std::string>;

Words words_of(std::string_view text) {
    const auto folded = fold(text);
    Words words;
    std::string word;
    const auto end_word = [&] {
        if (length_of(word) >= kWordMin) words.insert(word);
        word.clear();
    };
    const auto size = static_cast<std::int32_t>(folded.size());
    for (std::int32_t at = 0; at < size;) {
        const auto start = at;
        UChar32 c;
        U8_NEXT(folded.data(), at, size, c);
        if (c >= 0 && u_isalnum(c)) {
            word.append(folded, static_cast<std::size_t>(start),
                        static_cast<std::size_t>(at - start));
        } else {
            end_word();
        }
    }
    end_word();
    return words;
}

std::size_t shared(const Words& a, const Words& b) {
    return static_cast<std::size_t>(
        std::count_if(a.begin(), a.end(), [&](const auto& word) { return b.contains(word); }));
}

}  // namespace

std::string_view name_of(CitedRule rule) {
    switch (rule) {
        case CitedRule::stated_purpose:
            return "use.stated-purpose";
        case CitedRule::new_purpose:
            return "use.new-purpose";
        case CitedRule::permission:
            return "contact.permission";
        case CitedRule::declared_channel:
            return "collection.declared-channel";
        case CitedRule::guidelines:
            return "staff.guidelines";
    }
    return {};
}

std::optional<SentenceIndex> Policy::search_sentence(std::string_view rule,
                                                     std::optional<PurposeIndex> purpose) const {
    std::vector<std::uint16_t> of_rule;
    std::vector<std::uint16_t> of_all;  // those that name no purpose: a promise about another one
                                        // is cited only when there is nothing else
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const auto& sentence = sentences[i];
        if (sentence.rule != rule || sentence.kind == SentenceKind::statement) continue;
        const auto index = static_cast<std::uint16_t>(i);
        if (purpose && sentence.purposes[purpose->value]) return SentenceIndex{index};
        of_rule.push_back(index);
        if (sentence.purposes.none()) of_all.push_back(index);
    }
    if (of_rule.empty()) return std::nullopt;
    const auto& candidates = of_all.empty() ? of_rule : of_all;
    if (!purpose) return SentenceIndex{candidates.front()};

    const auto label = words_of((*this)[*purpose].label);
    auto best = candidates.front();
    std::size_t best_shared = 0;
    for (const auto candidate : candidates) {
        const auto common = shared(label, words_of(sentences[candidate].text));
        if (common > best_shared) {
            best = candidate;
            best_shared = common;
        }
    }
    return SentenceIndex{best};
}

std::optional<SentenceIndex> Policy::sentence_for(std::string_view rule,
                                                  std::optional<PurposeIndex> purpose) const {
    if (purpose && purpose->value >= purposes.size()) purpose.reset();
    for (std::size_t i = 0; indexed_ && i < kCitedRules; ++i) {
        const auto cited = static_cast<CitedRule>(i);
        if (name_of(cited) == rule) return sentence_for(cited, purpose);
    }
    return search_sentence(rule, purpose);
}

std::optional<SentenceIndex> Policy::sentence_for(CitedRule rule,
                                                  std::optional<PurposeIndex> purpose) const {
    if (purpose && purpose->value >= purposes.size()) purpose.reset();
    if (!indexed_) return search_sentence(name_of(rule), purpose);
    const auto column = purpose ? std::size_t{purpose->value} : kPurposesMax;
    const auto found = cited_[static_cast<std::size_t>(rule)][column];
    if (found == kNoSentence) return std::nullopt;
    return SentenceIndex{found};
}

void Policy::index() {
    contact_purposes_ = contact_purposes();
    for (std::size_t rule = 0; rule < kCitedRules; ++rule) {
        const auto name = name_of(static_cast<CitedRule>(rule));
        const auto cell = [&](std::optional<PurposeIndex> purpose) {
            const auto found = search_sentence(name, purpose);
            return found ? found->value : kNoSentence;
        };
        auto& row = cited_[rule];
        row.fill(kNoSentence);
        for (std::size_t i = 0; i < purposes.size() && i < kPurposesMax; ++i) {
            row[i] = cell(PurposeIndex{static_cast<std::uint16_t>(i)});
        }
        row[kPurposesMax] = cell(std::nullopt);
    }
    indexed_ = true;
}

}  // namespace avow::policy
