// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "base/text.hh"
#include "translation/xliff.hh"

namespace avow::translation {
namespace {

// What XML 1.0 cannot hold is <cp>; a carriage return would be read as a line's end.
std::string escaped(std::string_view text) {
    std::string out;
    std::string plain;
    const auto flush = [&] {
        out += html_escaped(plain);
        plain.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        const auto three = text.substr(i, 3);
        if (three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf") {
            flush();
            out += three[2] == '\xbe' ? "<cp hex=\"FFFE\"/>" : "<cp hex=\"FFFF\"/>";
            i += 2;
            continue;
        }
        if (byte >= 0x20 || c == '\n' || c == '\t') {
            plain += c;
            continue;
        }
        flush();
        constexpr std::string_view kHex = "0123456789ABCDEF";
        out += std::string("<cp hex=\"00") + kHex[byte >> 4] + kHex[byte & 15] + "\"/>";
    }
    flush();
    return out;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") ==
                                std::string_view::npos;
}

std::string inline_text(std::string_view text) {
    std::string out;
    std::map<std::string, int, std::less<>> seen;  // the same place again has an id of its own
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == text.npos ? text.npos : text.find('}', open);
        if (close == text.npos) return out + escaped(text);
        const auto name = text.substr(open + 1, close - open - 1);
        if (!is_name(name)) {
            out += escaped(text.substr(0, open + 1));
            text.remove_prefix(open + 1);
            continue;
        }
        out += escaped(text.substr(0, open));
        const auto times = ++seen[std::string(name)];
        const auto id = std::string(name) + (times > 1 ? "-" + std::to_string(times) : "");
        out += "<ph id=\"" + id + "\" equiv=\"" + std::string(name) + "\" disp=\"{" +
               std::string(name) + "}\"/>";
        text.remove_prefix(close + 1);
    }
    return out;
}

std::string unit_text(const Unit& unit, const std::string& category, std::string_view indent) {
    const auto found = unit.target.find(category);
    const bool has = found != unit.target.end() && !found->second.empty();
    const auto id = category.empty() ? unit.id : unit.id + "." + category;
    const std::string in(indent);
    auto out = in + "<unit id=\"" + escaped(id) + "\">\n" + in + "  <segment state=\"" +
               (has && !unit.stale ? "translated" : "initial") + "\">\n" + in +
               "    <source xml:space=\"preserve\">" + inline_text(source_form(unit, category)) +
               "</source>\n";
    if (has) {
        out +=
            in + "    <target xml:space=\"preserve\">" + inline_text(found->second) + "</target>\n";
    }
    return out + in + "  </segment>\n" + in + "</unit>\n";
}

}  // namespace

std::string write_xliff(const Sheet& sheet) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"en\" "
        "trgLang=\"" +
        escaped(sheet.language) + "\">\n  <file id=\"" + escaped(sheet.catalogue) + "\">\n";
    const auto categories = ordered_categories(sheet.language);
    for (const auto& unit : sheet.units) {
        if (!unit.is_plural()) {
            out += unit_text(unit, "", "    ");
            continue;
        }
        out += "    <group id=\"" + escaped(unit.id) + "\" type=\"avow:plural\">\n";
        for (const auto& category : categories) out += unit_text(unit, category, "      ");
        out += "    </group>\n";
    }
    return out + "  </file>\n</xliff>\n";
}

}  // namespace avow::translation
