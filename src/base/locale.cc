// SPDX-License-Identifier: Apache-2.0
#include "base/locale.hh"

#include <algorithm>
#include <memory>

#include <unicode/datefmt.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>
#include <unicode/strenum.h>

namespace avow {
namespace {

icu::Locale locale_of(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    auto locale = icu::Locale::forLanguageTag(
        {language.data(), static_cast<std::int32_t>(language.size())}, status);
    if (U_FAILURE(status) || locale.isBogus()) locale = icu::Locale::getEnglish();
    status = U_ZERO_ERROR;
    locale.setUnicodeKeywordValue("nu", "latn", status);
    return locale;
}

std::unique_ptr<icu::PluralRules> plural_rules(std::string_view language) {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::PluralRules>(
        icu::PluralRules::forLocale(locale_of(language), status));
}

std::string bytes_of(const icu::UnicodeString& text) {
    std::string bytes;
    text.toUTF8String(bytes);
    return bytes;
}

}  // namespace

std::vector<std::string> plural_categories(std::string_view language) {
    const auto rules = plural_rules(language);
    if (rules == nullptr) return {"other"};
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::StringEnumeration> keywords(rules->getKeywords(status));
    std::vector<std::string> categories;
    while (keywords != nullptr && U_SUCCESS(status)) {
        const auto* keyword = keywords->snext(status);
        if (keyword == nullptr) break;
        categories.push_back(bytes_of(*keyword));
    }
    std::sort(categories.begin(), categories.end());
    return categories;
}

std::string plural_category(std::string_view language, std::int64_t count) {
    const auto rules = plural_rules(language);
    return rules == nullptr ? "other" : bytes_of(rules->select(static_cast<double>(count)));
}

std::string spelled_number(std::string_view language, std::int64_t number) {
    UErrorCode status = U_ZERO_ERROR;
    const auto formatted =
        icu::number::NumberFormatter::withLocale(locale_of(language)).formatInt(number, status);
    const auto text = formatted.toString(status);
    return U_SUCCESS(status) ? bytes_of(text) : std::to_string(number);
}

std::string spelled_date(std::string_view language, Time time) {
    const std::unique_ptr<icu::DateFormat> format(
        icu::DateFormat::createDateInstance(icu::DateFormat::kLong, locale_of(language)));
    if (format == nullptr) return date_of(time);
    format->setTimeZone(*icu::TimeZone::getGMT());
    icu::UnicodeString text;
    format->format(static_cast<UDate>(time.ms), text);
    return bytes_of(text);
}

bool is_right_to_left(std::string_view language) {
    return locale_of(language).isRightToLeft() != 0;
}

}  // namespace avow
