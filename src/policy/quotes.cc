// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/declare.hh"
#include "policy/named.hh"

namespace avow::policy {
namespace {

std::vector<std::string> rule_names() {
    std::vector<std::string> names;
    for (const auto& rule : rules()) names.emplace_back(rule.name);
    return names;
}

// The rule or safeguard of a promise, and which of the two.
void read_keeper(TableReader& reader, Quote& quote) {
    auto& report = reader.report();
    const auto* rule = reader.find("kept_by", Node::Kind::text);
    const auto* safeguard = reader.find("attested_by", Node::Kind::text);
    const bool has_rule = reader.has("kept_by");
    if (has_rule && reader.has("attested_by")) {
        report.add(quote.place, "two_keepers",
                   "this promise has both kept_by and attested_by: " + quoted(quote.words),
                   "a rule keeps it, or people attest it: delete one");
    } else if (!has_rule && !reader.has("attested_by")) {
        report.add(quote.place, "no_keeper", "nothing keeps this promise: " + quoted(quote.words),
                   "add kept_by = a rule, or attested_by = a safeguard; if it promises nothing, "
                   "it is one of [[statements]]");
    }
    quote.kind = has_rule ? SentenceKind::promise : SentenceKind::attested;
    const auto* keeper = has_rule ? rule : safeguard;
    if (keeper == nullptr) return;
    quote.rule = keeper->text;
    const auto known = has_rule ? rule_names() : safeguards();
    if (std::find(known.begin(), known.end(), quote.rule) != known.end()) return;
    report.add(
        keeper->place, has_rule ? "unknown_rule" : "unknown_safeguard",
        std::string(has_rule ? "there is no rule " : "there is no safeguard ") + quoted(quote.rule),
        meant(quote.rule, known));
}

Quote read_quote(TableReader& reader) {
    Quote quote;
    quote.place = reader.place();
    if (const auto* says = reader.quiet("says", Node::Kind::text)) quote.place = says->place;
    quote.words = reader.words("says");
    return quote;
}

}  // namespace

std::vector<const Node*> tables_of(TableReader& reader, std::string_view key) {
    std::vector<const Node*> tables;
    const auto* list = reader.find(key, Node::Kind::list);
    if (list == nullptr) return tables;
    for (const auto& item : list->items) {
        if (tables.size() == kQuotesMax) {
            reader.report().add(
                item.place, "too_many",
                "more than " + std::to_string(kQuotesMax) + " [[" + std::string(key) + "]]");
            break;
        }
        if (item.kind == Node::Kind::table) {
            tables.push_back(&item);
        } else {
            reader.report().add(item.place, "wrong_type",
                                "write [[" + std::string(key) + "]] for each, with its keys below");
        }
    }
    return tables;
}

std::vector<Quote> read_quotes(TableReader& root, const Policy& declared) {
    std::vector<Quote> quotes;
    const auto purposes = names_of(declared.purposes);
    for (const auto* table : tables_of(root, "promises")) {
        TableReader reader(*table, "[[promises]]", table->place, root.report());
        auto quote = read_quote(reader);
        read_keeper(reader, quote);
        quote.purposes =
            read_names(reader, "purposes", NeedNames::perhaps_none, "undeclared_purpose", purposes);
        quotes.push_back(std::move(quote));
    }
    for (const auto* table : tables_of(root, "statements")) {
        TableReader reader(*table, "[[statements]]", table->place, root.report());
        quotes.push_back(read_quote(reader));
    }
    std::erase_if(quotes, [](const auto& quote) { return quote.words.empty(); });
    return quotes;
}

}  // namespace avow::policy
