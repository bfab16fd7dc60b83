// SPDX-License-Identifier: Apache-2.0
#include "mail/html_text.hh"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace avow::mail {
namespace {

using Name = std::string_view;

constexpr std::array<Name, 27> kBlocks{
    "p",  "div", "br", "tr",      "li",     "ul",         "ol",     "table",  "h1",
    "h2", "h3",  "h4", "h5",      "h6",     "blockquote", "pre",    "hr",     "section",
    "dl", "dt",  "dd", "article", "header", "footer",     "center", "figure", "form"};
// What stands in these is no text of the mail.
constexpr std::array<Name, 7> kHidden{"script",   "style",    "head", "title",
                                      "template", "noscript", "svg"};
constexpr std::array<std::pair<Name, Name>, 12> kEntities{{{"amp", "&"},
                                                           {"lt", "<"},
                                                           {"gt", ">"},
                                                           {"quot", "\""},
                                                           {"apos", "'"},
                                                           {"nbsp", " "},
                                                           {"ndash", "–"},
                                                           {"mdash", "—"},
                                                           {"hellip", "…"},
                                                           {"euro", "€"},
                                                           {"laquo", "«"},
                                                           {"raquo", "»"}}};
constexpr std::size_t kEntityMax = 12;  // LIMIT: bytes between & and ;
constexpr std::size_t kNameMax = 16;    // LIMIT: bytes of a tag's name that is looked at

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

void append_utf8(std::string& out, std::uint32_t point) {
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0 | point >> 6);
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | point >> 12);
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | point >> 18);
        byte(0x80 | (point >> 12 & 0x3f));
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

// The character a numeric entity names; 0 when it is none that may be written.
std::uint32_t point_of(std::string_view digits) {
    const bool is_hex = !digits.empty() && lower(digits[0]) == 'x';
    if (is_hex) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 7) return 0;
    std::uint32_t value = 0;
    for (const char c : digits) {
        std::uint32_t digit = 16;
        if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
        if (is_hex && lower(c) >= 'a' && lower(c) <= 'f') {
            digit = static_cast<std::uint32_t>(lower(c) - 'a') + 10;
        }
        if (digit >= (is_hex ? 16u : 10u)) return 0;
        value = value * (is_hex ? 16 : 10) + digit;
    }
    const bool written = value == '\t' || value == '\n' || (value >= 0x20 && value < 0x7f) ||
                         (value >= 0xa0 && value < 0xd800) || (value > 0xdfff && value <= 0x10ffff);
    return written ? value : 0;
}

class Reducer {
  public:
    Reducer(std::string_view html, std::size_t most) : html_(html), most_(most) {}

    std::string run() {
        while (at_ < html_.size() && out_.size() < most_) {
            if (html_[at_] == '<') {
                tag();
            } else if (html_[at_] == '&') {
                entity();
            } else {
                character(html_[at_++]);
            }
        }
        while (!out_.empty() && is_space(out_.back())) out_.pop_back();
        return std::move(out_);
    }

  private:
    void character(char c) {
        if (is_space(c)) {
            space_ = !out_.empty() && out_.back() != '\n';
            return;
        }
        begin_word();
        out_ += c;
    }
    void begin_word() {
        if (std::exchange(space_, false)) out_ += ' ';
    }
    void line() {
        space_ = false;
        // An empty line at most, between two blocks.
        if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
    }
    void entity() {
        const auto end = html_.substr(at_, kEntityMax).find(';');
        const auto name = end == html_.npos ? Name() : html_.substr(at_ + 1, end - 1);
        if (name.empty()) return character(html_[at_++]);
        if (name[0] == '#') {
            at_ += end + 1;
            const auto point = point_of(name.substr(1));
            if (point == 0) return;
            if (point < 0x80) return character(static_cast<char>(point));
            begin_word();
            return append_utf8(out_, point);
        }
        const auto* const known =
            std::find_if(kEntities.begin(), kEntities.end(),
                         [&](const auto& entity) { return entity.first == name; });
        if (known == kEntities.end()) return character(html_[at_++]);
        at_ += end + 1;
        if (known->second == " ") return character(' ');
        begin_word();
        out_ += known->second;
    }
    void tag() {
        if (html_.substr(at_).starts_with("<!--")) return skip_past("-->");
        auto cursor = at_ + 1;
        const bool closes = cursor < html_.size() && html_[cursor] == '/';
        if (closes) ++cursor;
        std::string name;
        while (cursor < html_.size() && name.size() < kNameMax &&
               (lower(html_[cursor]) >= 'a' || (html_[cursor] >= '0' && html_[cursor] <= '9')) &&
               lower(html_[cursor]) <= 'z') {
            name += lower(html_[cursor++]);
        }
        const bool other = cursor < html_.size() && (html_[cursor] == '!' || html_[cursor] == '?');
        if (name.empty() && !closes && !other) return character(html_[at_++]);
        at_ = cursor;
        end_of_tag();
        if (!closes && std::find(kHidden.begin(), kHidden.end(), name) != kHidden.end()) {
            return skip_past("</" + name);
        }
        if (std::find(kBlocks.begin(), kBlocks.end(), name) != kBlocks.end()) line();
    }
    // Quotes may hold a >.
    void end_of_tag() {
        char quote = 0;
        while (at_ < html_.size()) {
            const char c = html_[at_++];
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                return;
            }
        }
    }
    // Nothing follows what never ends.
    void skip_past(std::string_view end) {
        const auto found =
            std::search(html_.begin() + static_cast<std::ptrdiff_t>(at_), html_.end(), end.begin(),
                        end.end(), [](char a, char b) { return lower(a) == b; });
        if (found == html_.end()) {
            at_ = html_.size();
            return;
        }
        at_ = static_cast<std::size_t>(found - html_.begin()) + end.size();
        if (end.starts_with("</")) end_of_tag();
    }

    std::string_view html_;
    std::size_t most_;
    std::size_t at_ = 0;
    bool space_ = false;
    std::string out_;
};

}  // namespace

std::string text_of_html(std::string_view html, std::size_t most) {
    return Reducer(html, most).run();
}

}  // namespace avow::mail
