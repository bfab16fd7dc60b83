// SPDX-License-Identifier: Apache-2.0
#include "policy/locate.hh"

#include <algorithm>

namespace avow::policy {
namespace {

constexpr std::size_t kMarkupMax =
    4096;                               // LIMIT: bytes of markup between two runs that are searched
constexpr std::size_t kEntityMax = 40;  // LIMIT: bytes of an entity

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool matches(char in_source, char in_run) {
    return in_source == in_run || (is_space(in_source) && is_space(in_run));
}

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

}  // namespace

void Locator::enter(std::size_t begin, std::size_t end) {
    at_ = std::min(begin, source_.size());
    end_ = std::clamp(end, at_, source_.size());
}

void Locator::locate(std::string_view run, std::vector<std::uint32_t>& offsets) {
    const auto window = source_.substr(at_, std::min(end_ - at_, run.size() + kMarkupMax));
    const auto found = window.find(run);
    if (found == std::string_view::npos) {
        walk(run, offsets);
        return;
    }
    at_ += found;
    for (std::size_t i = 0; i < run.size(); ++i) {
        offsets.push_back(static_cast<std::uint32_t>(at_ + i));
    }
    at_ += run.size();
}

std::size_t Locator::width_of_entity() const {
    if (at_ >= end_ || source_[at_] != '&') return 0;
    const auto rest = source_.substr(at_, std::min(end_ - at_, kEntityMax));
    const auto semicolon = rest.find(';');
    if (semicolon == std::string_view::npos || semicolon < 2) return 0;
    const auto name = rest.substr(1, semicolon - 1);
    const bool is_entity = std::all_of(name.begin(), name.end(), [](char c) {
        return c == '#' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
    return is_entity ? semicolon + 1 : 0;
}

void Locator::walk(std::string_view run, std::vector<std::uint32_t>& offsets) {
    auto reach = kMarkupMax;  // within a run there is less to skip than before it
    for (std::size_t i = 0; i < run.size();) {
        auto width = std::size_t{1};
        while (i + width < run.size() && !starts_character(run[i + width])) ++width;
        std::size_t taken = width;
        const auto limit = std::min(end_, at_ + reach);
        auto found = at_;
        while (found < limit && !matches(source_[found], run[i]) && source_[found] != '&') ++found;
        if (found < limit) {
            at_ = found;
            if (const auto entity = width_of_entity()) taken = entity;
        } else {
            taken = 0;  // not to be found: stay, and try the next character
        }
        offsets.insert(offsets.end(), width, static_cast<std::uint32_t>(at_));
        at_ = std::min(end_, at_ + taken);
        i += width;
        reach = kEntityMax;
    }
}

void Locator::skip_link_tail() {
    if (at_ + 1 >= end_ || source_[at_] != ']') return;
    const char open = source_[at_ + 1];
    if (open != '(' && open != '[') return;
    const char close = open == '(' ? ')' : ']';
    int depth = 0;
    for (auto at = at_ + 1; at < end_; ++at) {
        if (source_[at] == '\\') {
            ++at;
        } else if (source_[at] == open) {
            ++depth;
        } else if (source_[at] == close && --depth == 0) {
            at_ = at + 1;
            return;
        }
    }
}

}  // namespace avow::policy
