// SPDX-License-Identifier: Apache-2.0
#include "policy/declare.hh"

#include <algorithm>
#include <array>

#include "policy/language.hh"
#include "policy/named.hh"
#include "policy/words.hh"

namespace avow::policy {
namespace {

// Runs `read` for every table of [section.*], in the order of the file.
template <typename Items, typename Read>
void declare_each(TableReader& root, std::string_view section, Items& items, std::size_t max,
                  Read read) {
    const auto* tables = root.find(section, Node::Kind::table);
    if (tables == nullptr) return;
    auto& report = root.report();
    for (const auto& [name, place, value] : tables->entries) {
        const auto title = '[' + std::string(section) + '.' + name + ']';
        if (items.size() == max) {
            report.add(place, "too_many",
                       "more than " + std::to_string(max) + ' ' + std::string(section));
            return;
        }
        if (!is_name(name)) {
            report.add(place, "bad_name", quoted(name) + " cannot be a name in " + title,
                       "use Latin letters, digits, - and _, at most 64");
            continue;
        }
        items.emplace_back().name = name;
        if (value.kind != Node::Kind::table) {
            report.add(value.place, "wrong_type", title + " must be a table");
            continue;
        }
        TableReader reader(value, title, place, report);
        read(reader, items.back());
    }
}

void read_date(TableReader& reader, Policy& policy) {
    // A date of TOML, or the same in quotation marks.
    const bool in_quotes = reader.quiet("effective", Node::Kind::text) != nullptr;
    const auto* date = reader.get("effective", in_quotes ? Node::Kind::text : Node::Kind::date);
    if (date == nullptr) return;
    policy.effective = date->text;
    if (!is_date(date->text)) {
        reader.report().add(date->place, "bad_date", quoted(date->text) + " is not a date",
                            "write it as 2010-11-29");
    }
}

// A country, or a part of one: DE, US-CA.
bool is_jurisdiction(std::string_view text) {
    const auto country = text.substr(0, text.find('-'));
    const auto part = text.substr(std::min(text.size(), country.size() + 1));
    const auto all = [](std::string_view letters, std::string_view of) {
        return !letters.empty() && letters.find_first_not_of(of) == letters.npos;
    };
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (country.size() != 2 || !all(country, kLetters)) return false;
    if (country.size() == text.size()) return true;
    return part.size() <= 3 && all(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

void read_jurisdiction(TableReader& reader, Policy& policy) {
    const auto* place = reader.find_words("jurisdiction");
    if (place == nullptr) return;
    policy.jurisdiction = place->text;
    if (!is_jurisdiction(place->text)) {
        reader.report().add(place->place, "bad_jurisdiction",
                            quoted(place->text) + " is no jurisdiction",
                            "write it as ISO 3166 does: DE, or US-CA");
    }
}

void read_policy(TableReader& root, Policy& policy) {
    const auto* table = root.get("policy", Node::Kind::table);
    if (table == nullptr) return;
    TableReader reader(*table, "[policy]", table->place, root.report());
    policy.title = reader.words("title");
    policy.organization = reader.words("organization");
    policy.contact = reader.words("contact");
    if (const auto* address = reader.find_words("address")) policy.address = address->text;
    read_jurisdiction(reader, policy);
    policy.version = reader.words("version");
    const auto* version = reader.quiet("version", Node::Kind::text);
    if (!policy.version.empty() && !is_version(policy.version)) {
        reader.report().add(version->place, "bad_version",
                            quoted(policy.version) + " cannot be a version",
                            "use Latin letters, digits, -, _ and dots, at most 64");
    }
    read_date(reader, policy);
    policy.language = reader.words("language");
    const auto* language = reader.quiet("language", Node::Kind::text);
    if (!policy.language.empty() && !is_language(policy.language)) {
        reader.report().add(language->place, "bad_language",
                            quoted(policy.language) + " is not a language",
                            "write a BCP 47 tag: en, fr, pt-BR …");
    }
    if (const auto* period = reader.find_words("notice_period")) {
        const auto days = notice_period_from(fold_space(period->text));
        policy.notice_period_days = days.value_or(policy.notice_period_days);
        if (!days) {
            reader.report().add(period->place, "bad_notice_period",
                                quoted(period->text) + " is not a notice period",
                                "write \"30 days\" or \"4 weeks\", at most 365 days");
        }
    }
}

// Without a word of the policy the signal objects to what customers decide on by themselves: our
// interests, and being written to unasked.
void read_signal(TableReader& reader, const Node* said, Purpose& purpose) {
    const bool may_object =
        purpose.basis == Basis::legitimate_interest || purpose.basis == Basis::permission;
    const bool objects = purpose.basis == Basis::legitimate_interest ||
                         (purpose.basis == Basis::permission && purpose.contact == Contact::yes);
    if (said != nullptr ? said->boolean && may_object : objects) purpose.signal = Signal::objects;
    if (said == nullptr || !said->boolean || may_object) return;
    reader.report().add(said->place, "bad_privacy_signal",
                        "nobody can object to " + reader.name() + ", which rests on " +
                            std::string(name_of(purpose.basis)),
                        "leave privacy_signal out, or change the basis");
}

void read_purpose(TableReader& reader, Purpose& purpose) {
    static const std::array<std::string, 4> bases{"contract", "legal-obligation",
                                                  "legitimate-interest", "permission"};
    purpose.label = reader.words("label");
    if (const auto* contact = reader.find("contact", Node::Kind::boolean)) {
        purpose.contact = contact->boolean ? Contact::yes : Contact::no;
    }
    const auto* basis = reader.get("basis", Node::Kind::text);
    const auto* signal = reader.find("privacy_signal", Node::Kind::boolean);
    if (basis == nullptr) return;
    const auto known = basis_from(basis->text);
    purpose.basis = known.value_or(Basis::permission);
    read_signal(reader, signal, purpose);
    if (!known) {
        reader.report().add(basis->place, "unknown_basis",
                            quoted(basis->text) + " is no basis of " + reader.name(),
                            meant(basis->text, bases));
    }
}

void read_field(TableReader& reader, Field& field) {
    field.label = reader.words("label");
    field.category = reader.words("category");
}

void read_channel(TableReader& reader, const Policy& declared, Channel& channel) {
    channel.label = reader.words("label");
    channel.fields = read_names(reader, "fields", NeedNames::some, "undeclared_field",
                                names_of(declared.fields));
    channel.purposes = read_names(reader, "purposes", NeedNames::some, "undeclared_purpose",
                                  names_of(declared.purposes));
    const auto* retain = reader.get("retain", Node::Kind::text);
    if (retain == nullptr) return;
    const auto retention = retention_from(fold_space(retain->text));
    channel.retention = retention.value_or(Retention{});
    if (!retention) {
        reader.report().add(retain->place, "bad_retention",
                            quoted(retain->text) + " in " + reader.name() + " is no retention",
                            "write \"2 years\", \"18 months\", \"6 weeks\", \"30 days\", \"until "
                            "withdrawn\" or \"until closed\"");
    }
}

void read_recipient(TableReader& reader, Recipient& recipient) {
    static const std::array<std::string, 3> conditions{"legal-process", "contract", "permission"};
    recipient.label = reader.words("label");
    const auto* when = reader.get("when", Node::Kind::text);
    if (when == nullptr) return;
    recipient.when = when->text;
    if (std::find(conditions.begin(), conditions.end(), when->text) != conditions.end()) return;
    reader.report().add(when->place, "unknown_condition",
                        quoted(when->text) + " does not say when " + reader.name() + " gets data",
                        meant(when->text, conditions));
}

// A purpose that no channel states opens nothing, unless customers permit it.
void check_stated(TableReader& root, const Policy& policy) {
    PurposeSet stated;
    for (const auto& channel : policy.channels) stated |= channel.purposes;
    const auto* tables = root.quiet("purposes", Node::Kind::table);
    if (tables == nullptr) return;
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        const auto& purpose = policy.purposes[i];
        if (stated[i] || purpose.basis == Basis::permission) continue;
        const auto entry =
            std::find_if(tables->entries.begin(), tables->entries.end(),
                         [&](const auto& candidate) { return candidate.key == purpose.name; });
        root.report().add(entry->place, "unused_purpose",
                          "no channel states the purpose " + quoted(purpose.name),
                          "add it to the purposes of a channel, or delete it");
    }
}

}  // namespace

void check_schema(TableReader& root) {
    const auto* schema = root.get("schema", Node::Kind::integer);
    if (schema == nullptr || schema->integer == 1) return;
    root.report().add(schema->place, "unknown_schema",
                      "schema " + std::to_string(schema->integer) + " is not known",
                      "this program reads schema = 1");
}

void declare(TableReader& root, Policy& policy) {
    read_policy(root, policy);
    declare_each(root, "purposes", policy.purposes, kPurposesMax, read_purpose);
    declare_each(root, "fields", policy.fields, kFieldsMax, read_field);
    declare_each(
        root, "channels", policy.channels, kChannelsMax,
        [&](TableReader& reader, Channel& channel) { read_channel(reader, policy, channel); });
    declare_each(root, "recipients", policy.recipients, kRecipientsMax, read_recipient);
    check_stated(root, policy);
}

}  // namespace avow::policy
