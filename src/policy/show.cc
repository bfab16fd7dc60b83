// SPDX-License-Identifier: Apache-2.0
#include "policy/show.hh"

#include <algorithm>
#include <vector>

#include "policy/counted.hh"

namespace avow::policy {
namespace {

using Row = std::vector<std::string>;

// Columns as wide as their widest cell; the last is not filled.
std::string aligned(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], length_of(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        text += "  ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += i + 1 < row.size() ? padded(row[i], widths[i]) + ' ' : row[i];
        }
        text += '\n';
    }
    return text;
}

std::string section(std::string_view title, const std::vector<Row>& rows) {
    if (rows.empty()) return {};
    return '\n' + std::string(title) + '\n' + aligned(rows);
}

template <typename Items>
std::string names_in(const std::bitset<kPurposesMax>& set, const Items& items) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (set[i]) names.push_back(items[i].name);
    }
    return join(names, ", ");
}

std::string head(const Policy& policy) {
    std::vector<std::string> languages{policy.language};
    for (const auto& translation : policy.translations) languages.push_back(translation.language);
    return policy.title + ", " + policy.organization + '\n' +
           aligned({{"version", policy.version},
                    {"effective", policy.effective},
                    {"contact", policy.contact},
                    {"languages", join(languages, ", ")},
                    {"notice of a new use", counted(policy.notice_period_days, "day")}});
}

std::string keeper_of(const Sentence& sentence) {
    switch (sentence.kind) {
        case SentenceKind::promise:
            return sentence.rule;
        case SentenceKind::attested:
            return sentence.rule + " (attested)";
        case SentenceKind::statement:
            return "statement";
    }
    return {};
}

}  // namespace

std::string show_text(const Policy& policy) {
    std::vector<Row> purposes;
    for (const auto& purpose : policy.purposes) {
        purposes.push_back({purpose.name, std::string(name_of(purpose.basis)),
                            purpose.contact == Contact::yes ? "writes to the customer" : "",
                            purpose.signal == Signal::objects ? "GPC objects" : "", purpose.label});
    }
    std::vector<Row> fields;
    for (const auto& field : policy.fields) {
        fields.push_back({field.name, field.category, field.label});
    }
    std::vector<Row> channels;
    for (const auto& channel : policy.channels) {
        channels.push_back({channel.name, "label", channel.label});
        channels.push_back({"", "collects", names_in(channel.fields, policy.fields)});
        channels.push_back({"", "for", names_in(channel.purposes, policy.purposes)});
        channels.push_back({"", "kept", channel.retention.words});
    }
    std::vector<Row> recipients;
    for (const auto& recipient : policy.recipients) {
        recipients.push_back({recipient.name, recipient.when, recipient.label});
    }
    std::vector<Row> sentences;
    for (const auto& sentence : policy.sentences) {
        sentences.push_back({sentence.id, keeper_of(sentence), sentence.text});
    }
    return head(policy) + section("Purposes", purposes) + section("Fields", fields) +
           section("Channels", channels) + section("Recipients", recipients) +
           section("Sentences", sentences);
}

}  // namespace avow::policy
