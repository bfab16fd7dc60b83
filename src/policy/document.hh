// SPDX-License-Identifier: Apache-2.0
// A TOML file as a plain tree that remembers where everything stands, in the order of the file.
// Private to the room; toml++ itself stays in document.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/source.hh"

namespace avow::policy {

struct Node {
    enum class Kind { text, integer, boolean, date, list, table, other };
    struct Entry;

    Kind kind = Kind::other;
    Place place;
    std::string text;  // of a text, or a date as YYYY-MM-DD
    std::int64_t integer = 0;
    bool boolean = false;
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a table
};

struct Node::Entry {
    std::string key;
    Place place;  // of the key
    Node value;
};

// What a person calls the kind: "a text in quotes", "a list" …
std::string_view name_of(Node::Kind kind);

// The root table; nothing, and a finding, when it is not TOML.
std::optional<Node> parse_document(const SourceText& source, Report& report);

}  // namespace avow::policy
