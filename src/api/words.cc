// SPDX-License-Identifier: Apache-2.0
#include "api/words.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/locale.hh"

namespace avow::api {
namespace {

constexpr std::string_view kSource = "en";

Result<Words::Catalogue> read_catalogue(std::string_view content) {
    TRY(const auto parsed, json::parse(content));
    const auto* entries = parsed.if_object();
    if (entries == nullptr) return Error(Code::corrupt, "it is no object");
    Words::Catalogue catalogue;
    for (const auto& [id, text] : *entries) {
        if (!text.is_string() || text.get_string().empty())
            return Error(Code::corrupt, std::string(id) + " has no text");
        catalogue.emplace(id, std::string(text.get_string()));
    }
    return catalogue;
}

// Among letters from right to left "2026-01-15" would be shown as 15-01-2026. An isolate whose
// direction is left to its first letter does not mend it: a version has none.
std::string isolated(const std::string& text) {
    const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
    return (is_ascii ? "\u2066" : "\u2068") + text + "\u2069";
}

std::string spelled(std::string_view language, const PhraseValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        return is_right_to_left(language) ? isolated(*text) : *text;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return spelled_number(language, *number);
    return spelled_date(language, std::get<Time>(value));
}

// Arguments are written once: a text that holds "{" itself is not read again.
std::string filled(std::string_view text, std::string_view language,
                   const PhraseArguments& arguments) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('{', at);
        const auto close = open == text.npos ? text.npos : text.find('}', open);
        if (close == text.npos) return out.append(text.substr(at));
        out.append(text.substr(at, open - at));
        const auto name = text.substr(open + 1, close - open - 1);
        const auto given = std::find_if(arguments.begin(), arguments.end(),
                                        [&](const auto& one) { return one.first == name; });
        if (given != arguments.end()) {
            out += spelled(language, given->second);
        } else {
            out.append(text.substr(open, close - open + 1));
        }
        at = close + 1;
    }
    return out;
}

}  // namespace

Result<Words> Words::create(const std::map<std::string_view, std::string_view>& files,
                            std::string_view name) {
    Words words;
    for (const auto language : kLanguages) {
        const auto path = "words/" + std::string(language) + "/" + std::string(name) + ".json";
        const auto file = files.find(path);
        if (file == files.end()) return Error(Code::corrupt, path + " is missing");
        auto catalogue = read_catalogue(file->second);
        if (!catalogue) return Error(Code::corrupt, path + ": " + catalogue.error().words().value);
        words.catalogues_.emplace(language, std::move(*catalogue));
    }
    return words;
}

const Words::Catalogue* Words::find_catalogue(std::string_view language) const {
    const auto found = catalogues_.find(language);
    return found == catalogues_.end() ? nullptr : &found->second;
}

const std::string* Words::find(std::string_view language, const Phrase& phrase) const {
    const auto* catalogue = find_catalogue(language);
    if (catalogue == nullptr) return nullptr;
    const auto entry = [&](std::string_view id) {
        const auto found = catalogue->find(id);
        return found == catalogue->end() ? nullptr : &found->second;
    };
    if (const auto* plain = entry(phrase.id)) return plain;
    for (const auto& argument : phrase.arguments) {
        const auto* count = std::get_if<std::int64_t>(&argument.second);
        if (count == nullptr) continue;
        const auto* form = entry(phrase.id + '_' + plural_category(language, *count));
        return form != nullptr ? form : entry(phrase.id + "_other");
    }
    return nullptr;
}

std::string Words::text(std::string_view language, const Phrase& phrase) const {
    if (const auto* own = find(language, phrase)) return filled(*own, language, phrase.arguments);
    if (const auto* source = find(kSource, phrase))
        return filled(*source, kSource, phrase.arguments);
    return phrase.id;
}

std::string Words::text(std::string_view language, std::string_view id) const {
    return text(language, Phrase(std::string(id)));
}

}  // namespace avow::api
