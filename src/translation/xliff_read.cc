// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <memory>
#include <optional>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/text.hh"
#include "translation/xliff.hh"

namespace avow::translation {
namespace {

constexpr int kDepthMax = 32;  // LIMIT: groups and inline elements within each other

struct ContextEnd {
    void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};
struct DocumentEnd {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using Document = std::unique_ptr<xmlDoc, DocumentEnd>;

Error wrong(long line, std::string_view what) {
    return {Code::invalid, "line " + std::to_string(line) + ": " + std::string(what)};
}

Error wrong(const xmlNode* node, std::string_view what) {
    return wrong(xmlGetLineNo(node), what);
}

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(text));
}

bool is(const xmlNode* node, std::string_view name) {
    return node->type == XML_ELEMENT_NODE && view(node->name) == name;
}

std::string attribute(const xmlNode* node, const char* name) {
    const std::unique_ptr<xmlChar, decltype(xmlFree)> value(
        xmlGetNoNsProp(node, reinterpret_cast<const xmlChar*>(name)), xmlFree);
    return std::string(view(value.get()));
}

// A code point that XML cannot hold, as UTF-8; nothing for any other.
std::optional<std::string> code_point(std::string_view digits) {
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc() || end != digits.data() + digits.size() || code == 0)
        return std::nullopt;
    if (code == 0xfffe) return "\xef\xbf\xbe";
    if (code == 0xffff) return "\xef\xbf\xbf";
    if (code >= 0x20) return std::nullopt;
    return std::string(1, static_cast<char>(code));
}

// What an empty inline element stands for: <ph disp> of 2.x, <x equiv-text> of 1.2.
Result<std::string> place_of(const xmlNode* node) {
    for (const auto* name : {"disp", "equiv-text"}) {
        if (auto shown = attribute(node, name); !shown.empty()) return shown;
    }
    if (const auto equiv = attribute(node, "equiv"); !equiv.empty()) return "{" + equiv + "}";
    return wrong(node, "this element says not what it stands for");
}

Result<std::string> text_of(const xmlNode* parent, int depth = 0) {
    if (depth > kDepthMax) return wrong(parent, "nested too deeply");
    std::string text;
    for (const auto* node = parent->children; node != nullptr; node = node->next) {
        if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            text += view(node->content);
        } else if (is(node, "cp")) {
            const auto point = code_point(attribute(node, "hex"));
            if (!point) return wrong(node, "this code point cannot stand here");
            text += *point;
        } else if (is(node, "ph") || is(node, "x")) {
            TRY(const auto place, place_of(node));
            text += place;
        } else if (is(node, "pc") || is(node, "mrk") || is(node, "g")) {
            TRY(const auto inner, text_of(node, depth + 1));
            text += inner;
        } else if (node->type == XML_ELEMENT_NODE) {
            return wrong(node, "<" + std::string(view(node->name)) + "> is not known in a text");
        } else if (node->type != XML_COMMENT_NODE && node->type != XML_PI_NODE) {
            return wrong(node, "an entity is not read here");
        }
    }
    return text;
}

// One text with its translation, as both versions have it.
struct Pair {
    std::string id;
    std::string source;
    std::string target;
    bool has_target = false;
    bool unsure = false;
    std::uint32_t line = 0;
};

class XliffReader {
  public:
    Result<std::vector<Sheet>> read(const xmlNode* root) {
        if (root == nullptr || !is(root, "xliff")) return wrong(1, "this is no XLIFF");
        const auto version = attribute(root, "version");
        is_old_ = version == "1.2";
        if (!is_old_ && !version.starts_with("2."))
            return wrong(root, "version 2.0, 2.1 or 1.2 is wanted");
        for (const auto* node = root->children; node != nullptr; node = node->next) {
            if (is(node, "file")) TRY_OK(read_file(root, node));
        }
        if (sheets_.empty()) return wrong(root, "it holds no <file>");
        return std::move(sheets_);
    }

  private:
    Status read_file(const xmlNode* root, const xmlNode* file) {
        Sheet sheet;
        sheet.catalogue = attribute(file, is_old_ ? "original" : "id");
        sheet.language = is_old_ ? attribute(file, "target-language") : attribute(root, "trgLang");
        if (sheet.language.empty()) {
            return wrong(
                file, is_old_ ? "the file names no target-language" : "the file names no trgLang");
        }
        if (!is_language(sheet.language)) return wrong(file, "this is no language");
        if (!is_id(sheet.catalogue)) return wrong(file, "this is no name of a catalogue");
        TRY_OK(read_units(file, sheet, 0));
        sheets_.push_back(std::move(sheet));
        return {};
    }

    Status read_units(const xmlNode* parent, Sheet& sheet, int depth) {
        if (depth > kDepthMax) return wrong(parent, "nested too deeply");
        for (const auto* node = parent->children; node != nullptr; node = node->next) {
            if (is(node, "group") || is(node, "body")) {
                TRY_OK(read_units(node, sheet, depth + 1));
            } else if (is(node, is_old_ ? "trans-unit" : "unit")) {
                TRY(auto pair, is_old_ ? read_trans_unit(node) : read_unit(node));
                TRY_OK(add(sheet, node, std::move(pair)));
            }
        }
        return {};
    }

    // Tools may cut a unit into segments: it is all of them, and what stands between.
    Result<Pair> read_unit(const xmlNode* unit) {
        Pair pair{attribute(unit, "id"), "", "", true, false, line_of(unit)};
        for (const auto* node = unit->children; node != nullptr; node = node->next) {
            if (!is(node, "segment") && !is(node, "ignorable")) continue;
            TRY(const bool has, read_texts(node, pair));
            const bool segment = is(node, "segment");
            if (segment && !has) pair.has_target = false;
            if (segment && has && attribute(node, "state") == "initial") pair.unsure = true;
        }
        return pair;
    }

    Result<Pair> read_trans_unit(const xmlNode* unit) {
        Pair pair{attribute(unit, "id"), "", "", false, false, line_of(unit)};
        TRY(pair.has_target, read_texts(unit, pair));
        for (const auto* node = unit->children; node != nullptr; node = node->next) {
            if (!is(node, "target")) continue;
            const auto state = attribute(node, "state");
            pair.unsure = state == "new" || state.starts_with("needs-");
        }
        return pair;
    }

    // Whether a target was there.
    Result<bool> read_texts(const xmlNode* parent, Pair& pair) {
        bool has = false;
        for (const auto* node = parent->children; node != nullptr; node = node->next) {
            if (is(node, "source")) {
                TRY(const auto text, text_of(node));
                pair.source += text;
            } else if (is(node, "target")) {
                TRY(const auto text, text_of(node));
                pair.target += text;
                has = !text.empty();
            }
        }
        return has;
    }

    // "versions.one" is a form of "versions": ids of texts have no dots.
    Status add(Sheet& sheet, const xmlNode* node, Pair pair) {
        if (pair.id.empty()) return wrong(node, "the unit has no id");
        const auto dot = pair.id.find('.');
        const auto stem = pair.id.substr(0, dot);
        if (!is_id(stem)) return wrong(node, "this is no id of a text");
        const auto category = dot == std::string::npos ? "" : pair.id.substr(dot + 1);
        const bool goes_on = !category.empty() && !sheet.units.empty() &&
                             sheet.units.back().id == stem && sheet.units.back().is_plural();
        if (!goes_on) {
            Unit unit;
            unit.id = stem;
            unit.line = pair.line;
            sheet.units.push_back(std::move(unit));
        }
        auto& unit = sheet.units.back();
        if (!unit.source.emplace(category, std::move(pair.source)).second)
            return wrong(node, "this form stands twice");
        if (pair.has_target) unit.target[category] = std::move(pair.target);
        unit.unsure = unit.unsure || pair.unsure;
        return {};
    }

    static std::uint32_t line_of(const xmlNode* node) {
        return static_cast<std::uint32_t>(std::max(xmlGetLineNo(node), 0L));
    }

    bool is_old_ = false;
    std::vector<Sheet> sheets_;
};

}  // namespace

Result<std::vector<Sheet>> read_xliff(std::string_view text) {
    if (text.size() > kFileMax) return Error(Code::too_large, "the file is over 8 MiB");
    const std::unique_ptr<xmlParserCtxt, ContextEnd> context(xmlNewParserCtxt());
    if (context == nullptr) return Error(Code::internal, "no XML can be read");
    // No entity is replaced, nothing is loaded, nothing is printed.
    const int options =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES;
    const Document document(xmlCtxtReadMemory(
        context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", options));
    if (document == nullptr) {
        const auto* error = xmlCtxtGetLastError(context.get());
        return wrong(error != nullptr ? error->line : 1, "this is no well-formed XML");
    }
    if (xmlGetIntSubset(document.get()) != nullptr)
        return wrong(1, "a document type is not wanted here");
    return XliffReader().read(xmlDocGetRootElement(document.get()));
}

}  // namespace avow::translation
