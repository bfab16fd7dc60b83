// SPDX-License-Identifier: Apache-2.0
// The policy as anyone may read it: GET /api/v1/policy for programs, / and /privacy for people,
// with what each promise's probe says now.
#include <algorithm>

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "api/site.hh"
#include "http/problem.hh"
#include "policy/compile.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using Measured = std::vector<services::Evidence>;

const services::Evidence* find_evidence(const Measured& measured, std::string_view rule) {
    const auto found = std::find_if(measured.begin(), measured.end(),
                                    [&](const auto& one) { return one.rule == rule; });
    return found == measured.end() ? nullptr : &*found;
}

std::string_view keeps_words(std::string_view rule) {
    for (const auto& known : policy::rules()) {
        if (known.name == rule) return known.keeps;
    }
    return {};
}

bj::object sentence_json(const policy::Policy& policy, std::size_t index, const Measured& measured,
                         const std::string& language) {
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
    told["keeps"] = std::string(keeps_words(sentence.rule));
    if (const auto* evidence = find_evidence(measured, sentence.rule)) {
        told["status"] = std::string(services::name_of(evidence->keeping));
        told["evidence"] = {{"words", evidence->words},
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

bj::object policy_json(const Rooms& rooms, const policy::Policy& policy, const Measured& measured,
                       const std::string& asked) {
    const auto* translation = policy.find_translation(asked);
    const auto language = translation != nullptr ? translation->language : policy.language;
    bj::array sentences;
    for (std::size_t i = 0; i < policy.sentences.size(); ++i) {
        sentences.push_back(sentence_json(policy, i, measured, language));
    }
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
    bj::array channels;
    for (const auto& channel : policy.channels) {
        channels.push_back({{"name", channel.name},
                            {"label", channel_label(policy, channel.name, language)},
                            {"fields", names(policy.fields, channel.fields)},
                            {"purposes", names(policy.purposes, channel.purposes)},
                            {"retain", channel.retention.words}});
    }
    bj::array fields;
    for (const auto& field : policy.fields) {
        fields.push_back({{"name", field.name},
                          {"label", field_label(policy, field.name, language)},
                          {"category", field.category}});
    }
    bj::array versions;
    for (const auto& publication : rooms.policies.publications()) {
        versions.push_back({{"version", publication.policy->version},
                            {"effective", publication.policy->effective}});
    }
    return {{"version", policy.version},
            {"effective", policy.effective},
            {"language", language},
            {"title", translation ? translation->title : policy.title},
            {"organization", policy.organization},
            {"contact", policy.contact},
            {"purposes", std::move(purposes)},
            {"channels", std::move(channels)},
            {"fields", std::move(fields)},
            {"sentences", std::move(sentences)},
            {"versions", std::move(versions)}};
}

policy::PolicyPtr asked_policy(const Rooms& rooms, const http::Request& request) {
    const auto version = request.parameter("version");
    return version.empty() ? rooms.policies.in_force() : rooms.policies.find(version);
}

http::Response get_policy(Rooms& rooms, services::EvidenceBook& evidence,
                          const http::Request& request) {
    const auto policy = asked_policy(rooms, request);
    if (policy == nullptr) return answer(Error(Code::not_found, "there is no such policy version"));
    auto told = policy_json(rooms, *policy, evidence.measure(), language_of(request));
    auto response = json_answer(200, told);
    response.set_header("content-language", std::string(told["language"].as_string()));
    response.set_header("vary", "accept-language");
    return response;
}

// For templates: flags instead of comparisons.
void add_flags(bj::object& told) {
    for (auto& item : told["sentences"].as_array()) {
        auto& sentence = item.as_object();
        sentence["is_statement"] = sentence["kind"].as_string() == "statement";
        sentence["status_text"] =
            sentence["status"].is_string() ? sentence["status"] : bj::value("");
    }
    const auto& language = told["language"].as_string();
    told["dir"] = language == "ar" ? "rtl" : "ltr";
}

http::Response get_privacy(Rooms& rooms, services::EvidenceBook& evidence, const Site& site,
                           const http::Request& request) {
    const auto policy = asked_policy(rooms, request);
    if (policy == nullptr)
        return site.render(404, "not_found", bj::object{{"lang", "en"}, {"dir", "ltr"}});
    auto told = policy_json(rooms, *policy, evidence.measure(), language_of(request));
    add_flags(told);
    bj::array languages;
    languages.push_back(bj::object{{"tag", policy->language}});
    for (const auto& translation : policy->translations)
        languages.push_back(bj::object{{"tag", translation.language}});
    told["languages"] = std::move(languages);
    told["lang"] = told["language"];
    auto response = site.render(200, "privacy", told);
    response.set_header("content-language", std::string(told["language"].as_string()));
    response.set_header("vary", "accept-language");
    return response;
}

http::Response get_home(Rooms& rooms, const Site& site, const http::Request&) {
    const auto policy = rooms.policies.in_force();
    return site.render(200, "home",
                       bj::object{{"lang", "en"},
                                  {"dir", "ltr"},
                                  {"title", policy->organization},
                                  {"organization", policy->organization},
                                  {"version", policy->version}});
}

}  // namespace

void add_policy_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence) {
    for (const auto* pattern : {"/api/v1/policy", "/api/v1/policy/{version}"}) {
        router.add(
            http::Method::get, pattern, http::Runs::on_worker,
            [&](const http::Request& request) { return get_policy(rooms, evidence, request); });
    }
}

void add_site_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence,
                     const Site& site) {
    for (const auto* pattern : {"/privacy", "/privacy/{version}"}) {
        router.add(http::Method::get, pattern, http::Runs::on_worker,
                   [&](const http::Request& request) {
                       return get_privacy(rooms, evidence, site, request);
                   });
    }
    router.add(http::Method::get, "/", http::Runs::on_worker,
               [&](const http::Request& request) { return get_home(rooms, site, request); });
}

}  // namespace avow::api
