// SPDX-License-Identifier: Apache-2.0
#include "api/policy_shapes.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

const services::Evidence* find_evidence(const PolicyReading& reading, std::string_view rule) {
    const auto found = std::find_if(reading.measured.begin(), reading.measured.end(),
                                    [&](const auto& one) { return one.rule == rule; });
    return found == reading.measured.end() ? nullptr : &*found;
}

bj::object sentence_json(const PolicyReading& reading, std::size_t index) {
    const auto& [policy, measured, words, language] = reading;
    const policy::SentenceIndex at{static_cast<std::uint16_t>(index)};
    const auto& sentence = policy[at];
    bj::object told{{"id", sentence.id},
                    {"text", sentence_text(policy, at, language)},
                    {"kind", std::string(policy::name_of(sentence.kind))},
                    {"rule", nullptr},
                    {"status", nullptr},
                    {"evidence", nullptr}};
    if (sentence.rule.empty()) return told;
    told["rule"] = sentence.rule;
    told["keeps"] = words.text(language, "rule_" + id_of(sentence.rule));
    if (const auto* evidence = find_evidence(reading, sentence.rule)) {
        told["status"] = std::string(services::name_of(evidence->keeping));
        told["evidence"] = {{"words", words.text(language, evidence->words)},
                            {"figure", evidence->figure},
                            {"since", rfc3339(evidence->since)}};
    }
    return told;
}

bj::array names(const auto& items, const auto& set) {
    bj::array all;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (set[i]) all.emplace_back(items[i].name);
    }
    return all;
}

bj::array sections_json(const policy::Policy& policy,
                        const std::vector<policy::Section>& sections) {
    bj::array all;
    for (const auto& section : sections) {
        bj::array paragraphs;
        for (const auto& paragraph : section.paragraphs) {
            bj::array sentences;
            for (const auto sentence : paragraph.sentences)
                sentences.emplace_back(policy[sentence].id);
            paragraphs.push_back(bj::object{{"list_item", paragraph.list_item},
                                            {"sentences", std::move(sentences)}});
        }
        all.push_back(bj::object{{"heading", section.heading},
                                 {"level", section.level},
                                 {"paragraphs", std::move(paragraphs)}});
    }
    return all;
}

bj::array purposes_json(const policy::Policy& policy, const std::string& language) {
    bj::array purposes;
    for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
        const auto& purpose = policy.purposes[i];
        bj::object told{{"name", purpose.name},
                        {"label", purpose_label(policy, purpose.name, language)},
                        {"basis", std::string(policy::name_of(purpose.basis))},
                        {"contact", purpose.contact == policy::Contact::yes}};
        const policy::PurposeIndex at{static_cast<std::uint16_t>(i)};
        const bool asks = purpose.basis == policy::Basis::permission;
        if (const auto said =
                policy.sentence_for(asks ? "contact.permission" : "use.stated-purpose", at)) {
            told["sentence"] = sentence_text(policy, *said, language);
            told["sentence_id"] = policy[*said].id;
        }
        purposes.push_back(std::move(told));
    }
    return purposes;
}

}  // namespace

std::string id_of(std::string_view name) {
    std::string id(name);
    std::replace_if(id.begin(), id.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return id;
}

std::string retention_words(const policy::Retention& retention, const Words& words,
                            std::string_view language) {
    using Kind = policy::Retention::Kind;
    switch (retention.kind) {
        case Kind::until_closed:
            return words.text(language, "retain_until_closed");
        case Kind::until_withdrawn:
            return words.text(language, "retain_until_withdrawn");
        case Kind::duration:
            break;
    }
    const auto say = [&](const char* id, std::uint32_t count) {
        return words.text(language, {id, {{"count", std::int64_t{count}}}});
    };
    if (retention.years != 0) return say("retain_years", retention.years);
    if (retention.months != 0) return say("retain_months", retention.months);
    if (retention.weeks != 0) return say("retain_weeks", retention.weeks);
    return say("retain_days", retention.days);
}

policy::PolicyPtr asked_policy(const Rooms& rooms, const http::Request& request) {
    const auto version = request.parameter("version");
    return version.empty() ? rooms.policies.in_force() : rooms.policies.find(version);
}

bj::object policy_json(const Rooms& rooms, const PolicyReading& reading) {
    const auto& policy = reading.policy;
    const auto* translation = policy.find_translation(reading.language);
    bj::array sentences;
    for (std::size_t i = 0; i < policy.sentences.size(); ++i) {
        sentences.push_back(sentence_json(reading, i));
    }
    bj::array channels;
    for (const auto& channel : policy.channels) {
        channels.push_back({{"name", channel.name},
                            {"label", channel_label(policy, channel.name, reading.language)},
                            {"fields", names(policy.fields, channel.fields)},
                            {"purposes", names(policy.purposes, channel.purposes)},
                            {"retain", channel.retention.words},
                            {"retain_words",
                             retention_words(channel.retention, reading.words, reading.language)}});
    }
    bj::array fields;
    for (const auto& field : policy.fields) {
        fields.push_back({{"name", field.name},
                          {"label", field_label(policy, field.name, reading.language)},
                          {"category", field.category}});
    }
    bj::array versions;
    for (const auto& publication : rooms.policies.publications()) {
        versions.push_back({{"version", publication.policy->version},
                            {"effective", publication.policy->effective}});
    }
    return {{"version", policy.version},
            {"effective", policy.effective},
            {"language", translation != nullptr ? translation->language : policy.language},
            {"title", translation != nullptr ? translation->title : policy.title},
            {"organization", policy.organization},
            {"contact", policy.contact},
            {"purposes", purposes_json(policy, reading.language)},
            {"channels", std::move(channels)},
            {"fields", std::move(fields)},
            {"sentences", std::move(sentences)},
            {"sections", sections_json(policy, translation != nullptr ? translation->sections
                                                                      : policy.sections)},
            {"versions", std::move(versions)}};
}

}  // namespace avow::api
