// SPDX-License-Identifier: Apache-2.0
#include "policy/prose.hh"

#include <algorithm>
#include <memory>
#include <optional>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>

#include "base/text.hh"
#include "policy/locate.hh"

namespace avow::policy {
namespace {

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};
struct FreeParser {
    void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
};

std::unique_ptr<cmark_node, FreeNode> parse_markdown(std::string_view text) {
    // The library registers its extensions once for the whole process.
    static const bool registered = (cmark_gfm_core_extensions_ensure_registered(), true);
    static_cast<void>(registered);
    const std::unique_ptr<cmark_parser, FreeParser> parser(cmark_parser_new(CMARK_OPT_DEFAULT));
    cmark_parser_attach_syntax_extension(parser.get(), cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser.get(), text.data(), text.size());
    return std::unique_ptr<cmark_node, FreeNode>(cmark_parser_finish(parser.get()));
}

std::string_view literal_of(cmark_node* node) {
    const char* literal = cmark_node_get_literal(node);
    return literal == nullptr ? std::string_view{} : std::string_view(literal);
}

bool is_comment(std::string_view html) {
    html = trimmed(html);
    return html.starts_with("<!--") && html.ends_with("-->") && html.find("-->") == html.size() - 3;
}

// The types of extension nodes have names, but no constants that are installed.
bool is_table_cell(cmark_node* node) {
    return std::string_view(cmark_node_get_type_string(node)) == "table_cell";
}

bool is_in_table_head(cmark_node* cell) {
    return cmark_gfm_extensions_get_table_row_is_header(cmark_node_parent(cell)) != 0;
}

class Collector {
  public:
    Collector(const SourceText& source, Report& report)
        : source_(source), report_(report), locator_(source.text()) {}

    Prose collect() {
        const auto root = parse_markdown(source_.text());
        const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(root.get()));
        for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
             event = cmark_iter_next(iterator.get())) {
            auto* node = cmark_iter_get_node(iterator.get());
            if (event == CMARK_EVENT_ENTER) {
                enter(node);
            } else {
                leave(node);
            }
        }
        return std::move(prose_);
    }

  private:
    void enter(cmark_node* node) {
        const auto type = cmark_node_get_type(node);
        if (type == CMARK_NODE_PARAGRAPH || is_table_cell(node)) {
            open_block(node);
        } else if (type == CMARK_NODE_CODE_BLOCK) {
            open_block(node);
            put(literal_of(node));
            close_block(false);
        } else if (type == CMARK_NODE_HEADING) {
            heading_.emplace();
        } else if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
            if (in_block_) put(literal_of(node));
            if (heading_) *heading_ += literal_of(node);
        } else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
            if (in_block_) put("\n");
            if (heading_) *heading_ += '\n';
        } else if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
            refuse_html(node);
        }
    }

    void leave(cmark_node* node) {
        const auto type = cmark_node_get_type(node);
        if (type == CMARK_NODE_PARAGRAPH) {
            close_block(false, cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_ITEM);
        } else if (type == CMARK_NODE_HEADING) {
            close_heading(node);
        } else if (is_table_cell(node)) {
            close_block(is_in_table_head(node));
        } else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
            locator_.skip_link_tail();
        }
    }

    std::size_t start_of(cmark_node* node) const {
        const auto line = static_cast<std::size_t>(std::max(cmark_node_get_start_line(node), 1));
        const auto column =
            static_cast<std::size_t>(std::max(cmark_node_get_start_column(node), 1));
        return std::min(source_.start_of_line(line) + column - 1, source_.start_of_line(line + 1));
    }

    void open_block(cmark_node* node) {
        const auto last = std::max(cmark_node_get_start_line(node), cmark_node_get_end_line(node));
        locator_.enter(start_of(node), source_.start_of_line(static_cast<std::size_t>(last) + 1));
        in_block_ = true;
    }

    void put(std::string_view run) {
        raw_ += run;
        locator_.locate(run, raw_offsets_);
    }

    void close_heading(cmark_node* node) {
        auto words = fold_space(*heading_);
        heading_.reset();
        if (words.empty()) return;
        prose_.headings.push_back(
            {prose_.blocks.size(), cmark_node_get_heading_level(node), std::move(words)});
    }

    void close_block(bool heading, bool list_item = false) {
        std::vector<std::uint32_t> from;
        const auto words = fold_space(raw_, &from);
        if (!words.empty()) {
            const auto begin = prose_.text.size();
            prose_.text += words;
            for (const auto at : from) prose_.offsets.push_back(raw_offsets_[at]);
            prose_.blocks.push_back({begin, prose_.text.size(), heading, list_item});
            prose_.text += '\n';
            prose_.offsets.push_back(raw_offsets_.back());
        }
        raw_.clear();
        raw_offsets_.clear();
        in_block_ = false;
    }

    void refuse_html(cmark_node* node) {
        if (is_comment(literal_of(node)) || report_.full()) return;
        report_.add(source_.place_of(start_of(node)), "raw_html",
                    "raw HTML is not shown to readers: " + quoted(fold_space(literal_of(node))),
                    "say it in Markdown");
    }

    const SourceText& source_;
    Report& report_;
    Locator locator_;
    Prose prose_;
    bool in_block_ = false;
    std::optional<std::string> heading_;  // the words of the open one
    std::string raw_;
    std::vector<std::uint32_t> raw_offsets_;
};

}  // namespace

Prose parse_prose(const SourceText& source, Report& report) {
    return Collector(source, report).collect();
}

}  // namespace avow::policy
