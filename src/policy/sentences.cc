// SPDX-License-Identifier: Apache-2.0
#include "policy/sentences.hh"

#include <string>

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

namespace avow::policy {
namespace {

bool closes(UChar32 c) {
    const auto type = u_charType(c);
    return type == U_END_PUNCTUATION || type == U_FINAL_PUNCTUATION ||
           u_hasBinaryProperty(c, UCHAR_QUOTATION_MARK) || u_isUWhiteSpace(c);
}

std::pair<std::size_t, std::size_t> without_space(std::string_view text, std::size_t begin,
                                                  std::size_t end) {
    while (begin < end && text[begin] == ' ') ++begin;
    while (begin < end && text[end - 1] == ' ') --end;
    return {begin, end};
}

}  // namespace

struct SentenceCutter::Breaker {
    std::unique_ptr<icu::BreakIterator> icu;
};

SentenceCutter::SentenceCutter(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    auto locale = icu::Locale::forLanguageTag(
        {language.data(), static_cast<std::int32_t>(language.size())}, status);
    if (U_FAILURE(status)) locale = icu::Locale::getRoot();
    status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> icu(
        icu::BreakIterator::createSentenceInstance(locale, status));
    if (U_SUCCESS(status)) breaker_ = std::make_unique<Breaker>(Breaker{std::move(icu)});
}

SentenceCutter::~SentenceCutter() = default;

std::vector<std::pair<std::size_t, std::size_t>> SentenceCutter::cut(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> sentences;
    const auto take = [&](std::size_t begin, std::size_t end) {
        const auto sentence = without_space(text, begin, end);
        if (sentence.first < sentence.second) sentences.push_back(sentence);
    };
    UErrorCode status = U_ZERO_ERROR;
    UText bytes = UTEXT_INITIALIZER;
    utext_openUTF8(&bytes, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (breaker_ != nullptr) breaker_->icu->setText(&bytes, status);
    if (breaker_ == nullptr || U_FAILURE(status)) {
        take(0, text.size());
    } else {
        auto begin = breaker_->icu->first();
        for (auto end = breaker_->icu->next(); end != icu::BreakIterator::DONE;
             end = breaker_->icu->next()) {
            take(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
            begin = end;
        }
    }
    utext_close(&bytes);
    return sentences;
}

bool ends_sentence(std::string_view text) {
    auto at = static_cast<std::int32_t>(text.size());
    while (at > 0) {
        UChar32 c;
        U8_PREV(reinterpret_cast<const std::uint8_t*>(text.data()), 0, at, c);
        if (c >= 0 && closes(c)) continue;
        return c == ':' || c == ';' || c == 0xff1a || c == 0xff1b ||
               u_hasBinaryProperty(c, UCHAR_S_TERM);
    }
    return true;
}

}  // namespace avow::policy
