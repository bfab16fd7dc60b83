// SPDX-License-Identifier: Apache-2.0
#include "policy/named.hh"

#include <algorithm>

namespace avow::policy {

static_assert(kPurposesMax == kFieldsMax, "both are read as one kind of set");

std::bitset<kPurposesMax> read_names(TableReader& reader, std::string_view key, NeedNames need,
                                     std::string_view undeclared_code,
                                     std::span<const std::string> declared) {
    std::bitset<kPurposesMax> names;
    const bool needed = need == NeedNames::some;
    const auto* list =
        needed ? reader.get(key, Node::Kind::list) : reader.find(key, Node::Kind::list);
    if (list == nullptr) return names;
    auto& report = reader.report();
    if (needed && list->items.empty()) {
        report.add(list->place, "empty_value", quoted(key) + " in " + reader.name() + " is empty",
                   "name at least one");
    }
    for (const auto& item : list->items) {
        if (report.full()) break;
        if (item.kind != Node::Kind::text) {
            report.add(item.place, "wrong_type",
                       quoted(key) + " in " + reader.name() + " lists names in quotation marks");
            continue;
        }
        const auto found = std::find(declared.begin(), declared.end(), item.text);
        if (found == declared.end()) {
            report.add(item.place, undeclared_code,
                       reader.name() + " names " + quoted(item.text) + " under " + quoted(key) +
                           ", which is not declared",
                       meant(item.text, declared));
            continue;
        }
        const auto index = static_cast<std::size_t>(found - declared.begin());
        if (names[index]) {
            report.add(item.place, "duplicate_name",
                       reader.name() + " names " + quoted(item.text) + " twice", "delete one");
        }
        names.set(index);
    }
    return names;
}

}  // namespace avow::policy
