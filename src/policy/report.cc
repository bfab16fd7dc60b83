// SPDX-License-Identifier: Apache-2.0
#include "policy/report.hh"

#include <algorithm>

#include "base/text.hh"

namespace avow::policy {
namespace {

constexpr std::size_t kWordsMax = 600;  // LIMIT: bytes of one quotation in a message
constexpr std::size_t kNamesMax = 24;   // LIMIT: names listed in a suggestion

}  // namespace

std::string Finding::text() const {
    auto out = file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
    if (!suggestion.empty()) out += "\n    " + suggestion;
    return out;
}

void Report::add(Place place, std::string_view code, std::string message, std::string suggestion) {
    if (full()) {
        leave_off();
        return;
    }
    findings_.push_back({file_, place.line, place.column, std::string(code), std::move(message),
                         std::move(suggestion)});
}

std::string Report::spelled(Place place) const {
    return file_ + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

std::string quoted(std::string_view words) {
    if (words.size() <= kWordsMax) return '"' + std::string(words) + '"';
    auto end = kWordsMax;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xc0) == 0x80) --end;
    return '"' + std::string(words.substr(0, end)) + "…\"";
}

std::string meant(std::string_view word, std::span<const std::string> names) {
    if (const auto near = nearest(word, names)) return "did you mean " + quoted(*near) + '?';
    if (names.empty()) return {};
    auto text = "there are: " + join(names.first(std::min(names.size(), kNamesMax)), ", ");
    if (names.size() > kNamesMax) text += ", …";
    return text;
}

}  // namespace avow::policy
