// SPDX-License-Identifier: Apache-2.0
#include "translation/po.hh"

#include <charconv>
#include <optional>

#include "base/text.hh"
#include "translation/plural_forms.hh"

namespace avow::translation {
namespace {

constexpr std::size_t kFormsMax = 6;  // LIMIT: plural forms of a language

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            default:  // any: it stands for itself
                out += c;
        }
    }
    return out + "\"";
}

// A text of several lines stands as gettext's own tools write it, a line of it in each.
std::string spelled(std::string_view keyword, std::string_view text) {
    std::string out = std::string(keyword) + " ";
    const auto inner = text.find('\n');
    if (inner == text.npos || inner + 1 == text.size()) return out + quoted(text) + "\n";
    out += "\"\"\n";
    while (!text.empty()) {
        const auto end =
            std::min(text.size(), text.find('\n') + (text.find('\n') == text.npos ? 0 : 1));
        out += quoted(text.substr(0, end)) + "\n";
        text.remove_prefix(end);
    }
    return out;
}

std::string at(const Forms& forms, const std::string& category) {
    const auto found = forms.find(category);
    return found == forms.end() ? std::string() : found->second;
}

Error wrong(std::uint32_t line, std::string_view what) {
    return {Code::invalid, "line " + std::to_string(line) + ": " + std::string(what)};
}

struct Entry {
    std::uint32_t line = 0;
    bool fuzzy = false;
    std::optional<std::string> context;
    std::optional<std::string> id;
    std::optional<std::string> plural;
    std::optional<std::string> plain;  // msgstr
    std::map<std::size_t, std::string> forms;
};

class PoReader {
  public:
    explicit PoReader(std::string_view text) : text_(text) {}

    Result<Sheet> read() {
        while (true) {
            TRY(auto entry, next());
            if (!entry) break;
            TRY_OK(take(*entry));
        }
        if (!has_header_) return Error(Code::invalid, "line 1: the file has no header: msgid \"\"");
        return std::move(sheet_);
    }

  private:
    std::optional<std::string_view> line() {
        if (at_ >= text_.size()) return std::nullopt;
        const auto end = std::min(text_.size(), text_.find('\n', at_));
        auto one = text_.substr(at_, end - at_);
        if (one.ends_with('\r')) one.remove_suffix(1);
        return trimmed(one);
    }
    void advance() {
        const auto end = text_.find('\n', at_);
        at_ = end == text_.npos ? text_.size() : end + 1;
        ++number_;
    }

    // The quoted text of a line, which ends there.
    Result<std::string> unquoted(std::string_view words) const {
        if (words.size() < 2 || !words.starts_with('"') || !words.ends_with('"'))
            return wrong(number_, "a text in quotation marks is wanted");
        words = words.substr(1, words.size() - 2);
        std::string out;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (words[i] == '"') return wrong(number_, "a quotation mark wants \\ before it");
            if (words[i] != '\\') {
                out += words[i];
                continue;
            }
            if (++i == words.size()) return wrong(number_, "the text ends in the middle of \\");
            switch (words[i]) {
                case 'n':
                    out += '\n';
                    break;
                case 't':
                    out += '\t';
                    break;
                case 'r':
                    out += '\r';
                    break;
                case '"':
                    out += '"';
                    break;
                case '\\':
                    out += '\\';
                    break;
                default:  // any: a file may say what it likes
                    return wrong(number_, "no such \\ is known");
            }
        }
        return out;
    }

    // A keyword's text, with the lines that carry it on.
    Result<std::string> text_of(std::string_view rest) {
        TRY(auto text, unquoted(trimmed(rest)));
        advance();
        while (const auto more = line()) {
            if (!more->starts_with('"')) break;
            TRY(const auto part, unquoted(*more));
            text += part;
            advance();
        }
        return text;
    }

    Status put(std::optional<std::string>& where, std::string_view rest) {
        if (where) return wrong(number_, "this stands twice in one entry");
        TRY(where, text_of(rest));
        return {};
    }

    Status put_form(Entry& entry, std::string_view rest) {
        const auto close = rest.find(']');
        std::size_t index = 0;
        const auto* end = rest.data() + std::min(close, rest.size());
        const auto [stop, error] = std::from_chars(rest.data(), end, index);
        if (close == rest.npos || error != std::errc() || stop != end || index >= kFormsMax)
            return wrong(number_, "msgstr[0] to msgstr[5] are wanted");
        if (entry.forms.contains(index)) return wrong(number_, "this form stands twice");
        TRY(auto text, text_of(rest.substr(close + 1)));
        entry.forms.emplace(index, std::move(text));
        return {};
    }

    // Whether a line of this keyword can only begin another entry.
    static bool begins_anew(const Entry& entry, std::string_view one) {
        const bool complete = entry.plain || !entry.forms.empty();
        return complete &&
               (one.starts_with("msgctxt") || one.starts_with("msgid ") || one.starts_with('#'));
    }

    Status read_keyword(Entry& entry, std::string_view one) {
        const auto rest = [&](std::string_view keyword) -> std::optional<std::string_view> {
            if (!one.starts_with(keyword)) return std::nullopt;
            const auto left = one.substr(keyword.size());
            if (!left.starts_with(' ') && !left.starts_with('\t') && !left.starts_with('"'))
                return std::nullopt;
            return left;
        };
        if (const auto left = rest("msgctxt")) return put(entry.context, *left);
        if (const auto left = rest("msgid_plural")) return put(entry.plural, *left);
        if (const auto left = rest("msgid")) return put(entry.id, *left);
        if (const auto left = rest("msgstr")) return put(entry.plain, *left);
        if (one.starts_with("msgstr[")) return put_form(entry, one.substr(7));
        return wrong(number_, "msgctxt, msgid, msgid_plural or msgstr is wanted");
    }

    Result<std::optional<Entry>> next() {
        Entry entry;
        bool begun = false;
        while (const auto one = line()) {
            if (begun && begins_anew(entry, *one)) break;
            if (one->empty() || one->starts_with('#')) {
                if (one->starts_with("#,") && one->find("fuzzy") != one->npos) entry.fuzzy = true;
                advance();
                continue;
            }
            if (!begun) entry.line = number_;
            begun = true;
            TRY_OK(read_keyword(entry, *one));
        }
        if (!begun) return std::optional<Entry>();
        if (!entry.id) return wrong(entry.line, "the entry has no msgid");
        if (!entry.plain && entry.forms.empty())
            return wrong(entry.line, "the entry has no msgstr");
        return std::optional(std::move(entry));
    }

    Status take_header(const Entry& entry) {
        if (has_header_) return wrong(entry.line, "the header stands twice");
        has_header_ = true;
        const auto lines = entry.plain.value_or("");
        for (const auto one : split(lines, '\n')) {
            const auto colon = one.find(':');
            if (colon == one.npos) continue;
            const auto value = trimmed(one.substr(colon + 1));
            const auto name = one.substr(0, colon);
            if (name == "Language") sheet_.language = value;
            if (name == "X-Catalogue") sheet_.catalogue = value;
            const bool other_set =
                name == "Content-Type" && fold(value).find("utf-8") == value.npos;
            if (other_set) return wrong(entry.line, "the file must be in UTF-8");
        }
        if (sheet_.language.empty()) return wrong(entry.line, "the header names no Language");
        if (!is_language(sheet_.language)) return wrong(entry.line, "this is no language");
        categories_ = ordered_categories(sheet_.language);
        return {};
    }

    Status take(const Entry& entry) {
        if (entry.id->empty() && !entry.context) return take_header(entry);
        if (!has_header_) return wrong(entry.line, "the header must come first: msgid \"\"");
        if (!entry.context)
            return wrong(entry.line, "the entry has no msgctxt, which says what text it is");
        if (entry.plural.has_value() != !entry.forms.empty() || (entry.plain && entry.plural))
            return wrong(entry.line, "msgid_plural and msgstr[…] want each other");
        if (!is_id(*entry.context)) return wrong(entry.line, "this is no id of a text");
        Unit unit;
        unit.id = *entry.context;
        unit.line = entry.line;
        unit.unsure = entry.fuzzy;
        if (!entry.plural) {
            unit.source[""] = *entry.id;
            if (!entry.plain->empty()) unit.target[""] = *entry.plain;
        } else {
            unit.source = {{"one", *entry.id}, {"other", *entry.plural}};
            for (const auto& [index, text] : entry.forms) {
                if (index >= categories_.size())
                    return wrong(entry.line, "the language has no such plural form");
                if (!text.empty()) unit.target[categories_[index]] = text;
            }
        }
        sheet_.units.push_back(std::move(unit));
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::uint32_t number_ = 1;
    Sheet sheet_;
    bool has_header_ = false;
    std::vector<std::string> categories_;
};

}  // namespace

Result<std::string> write_po(const Sheet& sheet) {
    const auto forms = plural_forms(sheet.language);
    if (!forms) {
        return Error(Code::invalid,
                     "gettext's plural rule of this language is not known here: export XLIFF");
    }
    std::string out = "msgid \"\"\nmsgstr \"\"\n";
    for (const auto& line :
         {std::string("Project-Id-Version: avow"), "Language: " + sheet.language,
          std::string("MIME-Version: 1.0"), std::string("Content-Type: text/plain; charset=UTF-8"),
          std::string("Content-Transfer-Encoding: 8bit"), "Plural-Forms: " + *forms,
          "X-Catalogue: " + sheet.catalogue}) {
        out += quoted(line + "\n") + "\n";
    }
    const auto categories = ordered_categories(sheet.language);
    for (const auto& unit : sheet.units) {
        out += unit.stale ? "\n#, fuzzy\n" : "\n";
        out += spelled("msgctxt", unit.id);
        if (!unit.is_plural()) {
            out += spelled("msgid", unit.source.at("")) + spelled("msgstr", at(unit.target, ""));
            continue;
        }
        out += spelled("msgid", source_form(unit, "one")) +
               spelled("msgid_plural", source_form(unit, "other"));
        for (std::size_t i = 0; i < categories.size(); ++i)
            out += spelled("msgstr[" + std::to_string(i) + "]", at(unit.target, categories[i]));
    }
    return out;
}

Result<Sheet> read_po(std::string_view text) {
    if (text.size() > kFileMax) return Error(Code::too_large, "the file is over 8 MiB");
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (const auto bad = first_invalid_utf8(text)) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
        return wrong(static_cast<std::uint32_t>(line), "this is no UTF-8");
    }
    return PoReader(text).read();
}

}  // namespace avow::translation
