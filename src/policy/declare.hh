// SPDX-License-Identifier: Apache-2.0
// What promises.toml declares: the policy itself, purposes, fields, channels, recipients, and the
// quotes. Private to the room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/reader.hh"

namespace avow::policy {

// A sentence of the text, quoted.
struct Quote {
    std::string words;  // white space folded
    Place place;        // in the TOML file
    SentenceKind kind = SentenceKind::statement;
    std::string rule;
    PurposeSet purposes;
};

// Checks `schema = 1`.
void check_schema(TableReader& root);

// [policy], [purposes.*], [fields.*], [channels.*], [recipients.*]: everything of the Policy but
// its texts and sentences. A name is declared as soon as it stands, also when its table has
// findings.
void declare(TableReader& root, Policy& policy);

// [[promises]] and [[statements]], in the order of the file.
std::vector<Quote> read_quotes(TableReader& root, const Policy& declared);

// The tables of `[[key]]`; empty when there are none, with a finding when it is no such list.
std::vector<const Node*> tables_of(TableReader& reader, std::string_view key);

template <typename Items>
std::vector<std::string> names_of(const Items& items) {
    std::vector<std::string> names;
    for (const auto& item : items) names.push_back(item.name);
    return names;
}

}  // namespace avow::policy
