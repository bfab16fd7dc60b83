// SPDX-License-Identifier: Apache-2.0
// Languages of the text: is a tag one, and which translation is nearest to what a reader asked for.
#include "policy/language.hh"

#include <algorithm>

#include <unicode/locid.h>

#include "base/text.hh"
#include "policy/policy.hh"

namespace avow::policy {
namespace {

constexpr std::size_t kTagMax = 64;  // LIMIT: a longer tag is no language

std::string lower(std::string_view tag) {
    std::string out(tag);
    std::replace(out.begin(), out.end(), '_', '-');
    for (auto& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::optional<icu::Locale> locale_of(std::string_view tag) {
    if (tag.empty() || tag.size() > kTagMax) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    auto locale =
        icu::Locale::forLanguageTag({tag.data(), static_cast<std::int32_t>(tag.size())}, status);
    if (U_FAILURE(status) || locale.isBogus()) return std::nullopt;
    return locale;
}

// zh-TW and zh-Hant are one script, zh-CN another: `zh` alone does not say which is read.
bool same_language_and_script(std::string_view a, std::string_view b) {
    auto first = locale_of(a);
    auto second = locale_of(b);
    if (!first || !second) return false;
    UErrorCode status = U_ZERO_ERROR;
    first->addLikelySubtags(status);
    second->addLikelySubtags(status);
    return U_SUCCESS(status) && std::string_view(first->getLanguage()) == second->getLanguage() &&
           std::string_view(first->getScript()) == second->getScript();
}

}  // namespace

bool is_language(std::string_view tag) {
    const auto locale = locale_of(tag);
    // ICU takes any well-formed word; a known language has a three-letter code.
    return locale && !std::string_view(locale->getISO3Language()).empty();
}

bool same_tag(std::string_view a, std::string_view b) {
    return lower(a) == lower(b);
}

const Translation* Policy::find_translation(std::string_view wanted) const {
    const auto exact = [&](std::string_view tag) {
        const auto found =
            std::find_if(translations.begin(), translations.end(),
                         [&](const auto& candidate) { return same_tag(candidate.language, tag); });
        return found == translations.end() ? nullptr : &*found;
    };
    const auto full = lower(wanted.substr(0, kTagMax));
    for (std::string_view tag = full; !tag.empty();) {
        if (same_tag(tag, language)) return nullptr;
        if (const auto* found = exact(tag); found && same_language_and_script(tag, full))
            return found;
        const auto dash = tag.rfind('-');
        tag = dash == std::string_view::npos ? std::string_view{} : tag.substr(0, dash);
    }
    if (same_language_and_script(full, language)) return nullptr;
    const auto near = std::find_if(
        translations.begin(), translations.end(),
        [&](const auto& candidate) { return same_language_and_script(full, candidate.language); });
    return near == translations.end() ? nullptr : &*near;
}

}  // namespace avow::policy
