// SPDX-License-Identifier: Apache-2.0
#include "policy/reader.hh"

#include <algorithm>

#include "base/text.hh"

namespace avow::policy {

TableReader::~TableReader() {
    std::vector<std::string> absent;  // a misspelt key is more likely one that is not there yet
    for (const auto& key : known_) {
        if (!has(key)) absent.push_back(key);
    }
    for (const auto& [key, place, value] : table_.entries) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        if (report_.full()) return;
        const auto near = nearest(key, absent);
        report_.add(place, "unknown_key", name_ + " has no key " + quoted(key),
                    near ? "did you mean " + quoted(*near) + '?' : meant(key, known_));
    }
}

const Node::Entry* TableReader::entry(std::string_view key) const {
    const auto found = std::find_if(table_.entries.begin(), table_.entries.end(),
                                    [&](const auto& candidate) { return candidate.key == key; });
    return found == table_.entries.end() ? nullptr : &*found;
}

const Node* TableReader::find(std::string_view key, Node::Kind kind) {
    known_.emplace_back(key);
    const auto* found = entry(key);
    if (found == nullptr) return nullptr;
    if (found->value.kind == kind) return &found->value;
    report_.add(found->value.place, "wrong_type",
                quoted(key) + " in " + name_ + " must be " + std::string(name_of(kind)) + ", not " +
                    std::string(name_of(found->value.kind)));
    return nullptr;
}

const Node* TableReader::quiet(std::string_view key, Node::Kind kind) const {
    const auto* found = entry(key);
    return found != nullptr && found->value.kind == kind ? &found->value : nullptr;
}

const Node* TableReader::get(std::string_view key, Node::Kind kind) {
    if (!has(key)) {
        report_.add(place_, "missing_key", name_ + " lacks " + quoted(key),
                    "add " + std::string(key) + " = …, " + std::string(name_of(kind)));
    }
    return find(key, kind);
}

const Node* TableReader::checked_words(std::string_view key, const Node* node) {
    if (node == nullptr || !fold_space(node->text).empty()) return node;
    report_.add(node->place, "empty_value", quoted(key) + " in " + name_ + " is empty",
                "write its words");
    return nullptr;
}

std::string TableReader::words(std::string_view key) {
    const auto* node = checked_words(key, get(key, Node::Kind::text));
    return node == nullptr ? std::string{} : fold_space(node->text);
}

const Node* TableReader::find_words(std::string_view key) {
    return checked_words(key, find(key, Node::Kind::text));
}

}  // namespace avow::policy
