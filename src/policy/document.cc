// SPDX-License-Identifier: Apache-2.0
#include "policy/document.hh"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include <toml++/toml.h>

namespace avow::policy {
namespace {

Place place_of(const toml::source_position& position) {
    return {static_cast<std::uint32_t>(position.line), static_cast<std::uint32_t>(position.column)};
}

std::string spelled(const toml::date& date) {
    char text[16];
    std::snprintf(text, sizeof text, "%04u-%02u-%02u", static_cast<unsigned>(date.year) % 10000,
                  static_cast<unsigned>(date.month) % 100, static_cast<unsigned>(date.day) % 100);
    return text;
}

// The parser bounds nesting, so this recursion is bounded too.
Node converted(const toml::node& from) {
    Node node;
    node.place = place_of(from.source().begin);
    if (const auto* text = from.as_string()) {
        node.kind = Node::Kind::text;
        node.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
        node.kind = Node::Kind::integer;
        node.integer = integer->get();
    } else if (const auto* boolean = from.as_boolean()) {
        node.kind = Node::Kind::boolean;
        node.boolean = boolean->get();
    } else if (const auto* date = from.as_date()) {
        node.kind = Node::Kind::date;
        node.text = spelled(date->get());
    } else if (const auto* list = from.as_array()) {
        node.kind = Node::Kind::list;
        for (const auto& item : *list) node.items.push_back(converted(item));
    } else if (const auto* table = from.as_table()) {
        node.kind = Node::Kind::table;
        for (const auto& [key, value] : *table) {
            node.entries.push_back(
                {std::string(key.str()), place_of(key.source().begin), converted(value)});
        }
        std::sort(node.entries.begin(), node.entries.end(), [](const auto& a, const auto& b) {
            return std::tie(a.place, a.key) < std::tie(b.place, b.key);
        });
    }
    return node;
}

}  // namespace

std::string_view name_of(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::text:
            return "a text in quotation marks";
        case Node::Kind::integer:
            return "a whole number";
        case Node::Kind::boolean:
            return "true or false";
        case Node::Kind::date:
            return "a date";
        case Node::Kind::list:
            return "a list";
        case Node::Kind::table:
            return "a table";
        case Node::Kind::other:
            return "a value of another kind";
    }
    return {};
}

std::optional<Node> parse_document(const SourceText& source, Report& report) {
    try {
        return converted(toml::parse(source.text()));
    } catch (const toml::parse_error& error) {
        report.add(place_of(error.source().begin), "toml_syntax",
                   "this is not TOML: " + std::string(error.description()));
        return std::nullopt;
    }
}

}  // namespace avow::policy
