// SPDX-License-Identifier: Apache-2.0
// Reads one table of a document, key by key, and reports what is missing, of the wrong kind or
// unknown. Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/document.hh"

namespace avow::policy {

class TableReader {
  public:
    // `name` as a person writes it: "[policy]", "[channels.survey]", "[[promises]]". `place` is
    // where a missing key is reported.
    TableReader(const Node& table, std::string name, Place place, Report& report)
        : table_(table), name_(std::move(name)), place_(place), report_(report) {}
    TableReader(const TableReader&) = delete;
    TableReader& operator=(const TableReader&) = delete;
    ~TableReader();  // reports the keys that nobody asked for

    // The value, when it is there and of that kind; else null and, where due, a finding.
    const Node* find(std::string_view key, Node::Kind kind);
    const Node* get(std::string_view key, Node::Kind kind);

    // The words of a text that must not be empty; empty, with a finding, when they are.
    std::string words(std::string_view key);
    // The same where the key may be absent.
    const Node* find_words(std::string_view key);

    // The value, when it is there and of that kind; never a finding, and the key stays unread.
    const Node* quiet(std::string_view key, Node::Kind kind) const;

    bool has(std::string_view key) const { return entry(key) != nullptr; }
    const std::string& name() const { return name_; }
    Place place() const { return place_; }
    Report& report() { return report_; }

  private:
    const Node::Entry* entry(std::string_view key) const;
    const Node* checked_words(std::string_view key, const Node* node);

    const Node& table_;
    std::string name_;
    Place place_;
    Report& report_;
    std::vector<std::string> known_;
};

}  // namespace avow::policy
