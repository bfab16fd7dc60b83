// SPDX-License-Identifier: Apache-2.0
#include "services/account/password_rules.hh"

#include <algorithm>

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr std::size_t kContextWordMin = 4;
constexpr std::string_view kBetweenWords = " .,@+-_/&()'\"";

Error wrong(std::string detail) {
    return Error(Code::invalid, "the password cannot be used").at("/password", std::move(detail));
}

void add_words(std::vector<std::string>& words, std::string_view text) {
    const auto folded = fold(text);
    std::string_view rest = folded;
    while (!rest.empty()) {
        const auto end = rest.find_first_of(kBetweenWords);
        const auto word = rest.substr(0, end);
        if (length_of(word) >= kContextWordMin) words.emplace_back(word);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
}

std::string without(std::string text, std::span<const std::string> words) {
    for (const auto& word : words) {
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
            text.erase(at, word.size());
        }
    }
    return text;
}

// Every letter beyond ASCII counts as one.
bool has_letters_and_digits(std::string_view password) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_letter = [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    };
    return std::any_of(password.begin(), password.end(), is_digit) &&
           std::any_of(password.begin(), password.end(), is_letter);
}

}  // namespace

std::vector<std::string> context_words(std::string_view email, std::string_view organization) {
    std::vector<std::string> words;
    add_words(words, email);
    add_words(words, organization);
    // The longest first, so that a part does not break up the whole.
    std::sort(words.begin(), words.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return words;
}

Status check_password(std::string_view password, std::string_view email,
                      std::string_view organization, const CommonPasswords& common,
                      const PasswordRules& rules) {
    if (first_invalid_utf8(password)) return wrong("is not valid UTF-8");
    const auto length = length_of(password);
    if (length < rules.length_min) {
        return wrong("is shorter than " + std::to_string(rules.length_min) +
                     " characters: a few words make a good one");
    }
    if (rules.letters_and_digits && !has_letters_and_digits(password)) {
        return wrong("wants letters and digits: add the kind that is missing");
    }
    if (length > kPasswordMax) return wrong("is longer than 128 characters");
    const auto folded = fold(password);
    if (folded == fold(email)) return wrong("is the email address: choose something else");
    if (common.guesses(password)) {
        return wrong(
            "is one that is guessed first: choose a few words that do not belong together");
    }
    const auto words = context_words(email, organization);
    const auto rest = without(folded, words);
    if (rest.size() != folded.size() && length_of(rest) < kBesidesContextMin) {
        return wrong("is little more than your address or our name: choose something else");
    }
    return {};
}

}  // namespace avow::services
