// SPDX-License-Identifier: Apache-2.0
#include "base/terms.hh"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <utility>

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "base/text.hh"

namespace avow {
namespace {

constexpr char kBetween = '\n';
constexpr std::size_t kPadding = 256;

// Accents, breathings and vowel points may be left out; what voices a kana, bears a vowel of an
// Indian script or a tone may not: without it the word is another.
bool can_be_left_out(UChar32 sign) {
    const auto place = u_getCombiningClass(sign);
    return (place >= 10 && place <= 36) || place >= 200;
}

// At the end of a character.
std::string shortened(std::string term) {
    if (term.size() <= kTermMax) return term;
    auto size = kTermMax;
    while (size > 0 && (static_cast<unsigned char>(term[size]) & 0xc0) == 0x80) --size;
    term.resize(size);
    return term;
}

icu::UnicodeString without_marks(const icu::UnicodeString& word) {
    UErrorCode status = U_ZERO_ERROR;
    const auto apart = icu::Normalizer2::getNFDInstance(status)->normalize(word, status);
    icu::UnicodeString kept;
    for (std::int32_t at = 0; at < apart.length(); at = apart.moveIndex32(at, 1)) {
        if (!can_be_left_out(apart.char32At(at))) kept.append(apart.char32At(at));
    }
    return icu::Normalizer2::getNFCInstance(status)->normalize(kept, status);
}

bool is_of_a_word(UChar32 sign) {
    return u_isalnum(sign) || (U_GET_GC_MASK(sign) & U_GC_M_MASK) != 0;
}

// What an apostrophe or a full stop joins is sought by its parts: l'appel, example.org.
template <typename OnTerm>
void each_part(const icu::UnicodeString& word, const OnTerm& on_term) {
    std::int32_t from = 0;
    for (std::int32_t at = 0; at <= word.length(); ++at) {
        if (at < word.length() && is_of_a_word(word.char32At(at))) continue;
        std::string term;
        word.tempSubStringBetween(from, at).toUTF8String(term);
        if (!term.empty()) on_term(shortened(std::move(term)));
        from = at + 1;
    }
}

// Making one reads its rules; it is kept for the thread's next text.
icu::BreakIterator* word_breaks() {
    thread_local const std::unique_ptr<icu::BreakIterator> breaks = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> made(
            icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        return U_SUCCESS(status) ? std::move(made) : nullptr;
    }();
    return breaks.get();
}

// Up to a line's end, a space, or where a character begins.
std::string_view first_piece(std::string_view text, std::size_t most) {
    if (const auto line = text.find('\n'); line < most) return text.substr(0, line + 1);
    if (text.size() <= most) return text;
    auto size = text.rfind(' ', most);
    if (size != text.npos && size > most / 2) return text.substr(0, size);
    for (size = most; size > 1 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80;) --size;
    return text.substr(0, size);
}

}  // namespace

std::vector<std::string> terms_in(std::string_view text) {
    auto* breaks = word_breaks();
    if (breaks == nullptr) return {};
    const auto folded = fold(text);
    const auto whole = icu::UnicodeString::fromUTF8(folded);
    breaks->setText(whole);
    std::set<std::string> terms;
    std::size_t bytes = 0;
    auto from = breaks->first();
    for (auto to = breaks->next(); to != icu::BreakIterator::DONE; from = to, to = breaks->next()) {
        if (breaks->getRuleStatus() < UBRK_WORD_NUMBER) continue;  // spaces and signs
        each_part(without_marks(whole.tempSubStringBetween(from, to)), [&](std::string term) {
            const auto size = term.size() + 1;
            if (bytes + size > kTermsBytes) return;
            if (terms.insert(std::move(term)).second) bytes += size;
        });
    }
    return {terms.begin(), terms.end()};
}

std::string packed(std::span<const std::string> terms) {
    std::string all(1, kBetween);
    for (const auto& term : terms) {
        all += term;
        all += kBetween;
    }
    all.resize((all.size() + kPadding - 1) / kPadding * kPadding, kBetween);
    return all;
}

std::string_view excerpt(std::string_view text, std::span<const std::string> sought,
                         std::size_t most) {
    std::string_view best;
    std::ptrdiff_t best_count = -1;
    while (!text.empty()) {
        const auto piece = trimmed(first_piece(text, most));
        const auto terms = packed(terms_in(piece));
        const auto count = std::count_if(sought.begin(), sought.end(), [&](const auto& term) {
            return match(terms, {&term, 1});
        });
        if (!piece.empty() && count > best_count) {
            best = piece;
            best_count = count;
        }
        text.remove_prefix(first_piece(text, most).size());
    }
    return best;
}

bool match(std::string_view packed_terms, std::span<const std::string> sought) {
    for (const auto& term : sought) {
        if (packed_terms.find(kBetween + term) == packed_terms.npos) return false;
    }
    return !sought.empty();
}

}  // namespace avow
