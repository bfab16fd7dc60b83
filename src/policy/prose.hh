// SPDX-License-Identifier: Apache-2.0
// The words of a Markdown text, block by block, each byte with its place in the file. Private to
// the room; cmark-gfm itself stays in prose.cc.
#pragma once

#include <string>
#include <vector>

#include "policy/source.hh"

namespace avow::policy {

// What readers see of the text: paragraphs, list items, table cells and code, with entities
// resolved, markup gone and white space folded. Headings are no sentences and stand apart. Raw HTML
// is not shown to readers, so it is not here, and is a finding.
struct Prose {
    struct Block {
        std::size_t begin = 0;  // in `text`
        std::size_t end = 0;
        bool heading = false;  // of a table column: may be quoted, need not
        bool list_item = false;
    };
    struct Heading {
        std::size_t before = 0;  // the first block below it
        int level = 1;
        std::string words;
    };
    std::string text;                    // the blocks, parted by '\n', which no block holds
    std::vector<std::uint32_t> offsets;  // in the file, by byte of `text`
    std::vector<Block> blocks;
    std::vector<Heading> headings;
};

Prose parse_prose(const SourceText& source, Report& report);

}  // namespace avow::policy
