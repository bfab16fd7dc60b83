// SPDX-License-Identifier: Apache-2.0
// The pages that anyone may read: home, the privacy policy with what each promise's probe says now,
// and the page for an address that is none.
#include <algorithm>
#include <map>

#include <boost/json.hpp>

#include "api/policy_shapes.hh"
#include "api/shapes.hh"
#include "api/site.hh"
#include "base/locale.hh"
#include "base/text.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

Phrase version_phrase(const char* id, std::string_view version, std::string_view date) {
    const auto time = from_rfc3339(std::string(date) + "T00:00:00Z");
    return {id, {{"version", std::string(version)}, {"date", time.value_or(Time{})}}};
}

// Flags instead of comparisons, and words instead of names.
void add_sentence_words(bj::object& sentence, const Words& words, std::string_view language) {
    sentence["is_statement"] = sentence["kind"].as_string() == "statement";
    if (!sentence["status"].is_string()) return;
    sentence["status_words"] =
        words.text(language, "status_" + std::string(sentence["status"].as_string()));
    auto& evidence = sentence["evidence"].as_object();
    const auto since = from_rfc3339(evidence["since"].as_string());
    evidence["since_words"] = since ? spelled_date(language, *since) : std::string();
}

// How many promises are kept, at risk, broken and attested; none is left out but a zero.
bj::array status_counts(const bj::array& sentences, const Words& words, std::string_view language) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& sentence : sentences) {
        const auto& status = sentence.at("status");
        if (status.is_string()) ++counts[std::string(status.as_string())];
    }
    bj::array all;
    for (const auto* status : {"kept", "at_risk", "broken", "attested"}) {
        if (counts[status] == 0) continue;
        const Phrase phrase(std::string("privacy_count_") + status, {{"count", counts[status]}});
        all.push_back(bj::object{{"status", status}, {"words", words.text(language, phrase)}});
    }
    return all;
}

// The sections as the page shows them: each sentence whole, in its paragraph. The first heading of
// the first level is the title, which the page shows anyhow.
bj::array page_sections(const bj::object& told, std::string_view gap) {
    std::map<std::string_view, const bj::object*> by_id;
    for (const auto& sentence : told.at("sentences").as_array()) {
        by_id.emplace(sentence.at("id").as_string(), &sentence.as_object());
    }
    bj::array sections;
    for (const auto& section : told.at("sections").as_array()) {
        bj::array paragraphs;
        for (const auto& paragraph : section.at("paragraphs").as_array()) {
            bj::array sentences;
            for (const auto& id : paragraph.at("sentences").as_array()) {
                auto sentence = *by_id.at(id.as_string());
                sentence["gap"] = gap;
                sentences.push_back(std::move(sentence));
            }
            paragraphs.push_back(bj::object{{"list_item", paragraph.at("list_item")},
                                            {"sentences", std::move(sentences)}});
        }
        const bool is_title = sections.empty() && section.at("level").as_int64() <= 1;
        sections.push_back(bj::object{{"anchor", "part-" + std::to_string(sections.size())},
                                      {"heading", section.at("heading")},
                                      {"is_heading", !is_title},
                                      {"paragraphs", std::move(paragraphs)}});
    }
    return sections;
}

void add_tables(bj::object& told, const policy::Policy& policy, const Words& words,
                const std::string& language) {
    for (auto& item : told["purposes"].as_array()) {
        auto& purpose = item.as_object();
        purpose["basis_words"] =
            words.text(language, "basis_" + id_of(purpose["basis"].as_string()));
    }
    const auto comma = words.text(language, "list_comma");
    for (auto& item : told["channels"].as_array()) {
        auto& channel = item.as_object();
        std::vector<std::string> labels;
        for (const auto& field : channel["fields"].as_array())
            labels.push_back(field_label(policy, field.as_string(), language));
        channel["field_labels"] = join(labels, comma);
    }
}

void add_versions(bj::object& told, std::string_view in_force, const Words& words,
                  std::string_view language) {
    auto& versions = told["versions"].as_array();
    for (auto& item : versions) {
        auto& version = item.as_object();
        version["is_current"] = version["version"].as_string() == in_force;
        version["words"] =
            words.text(language, version_phrase("privacy_of_date", version["version"].as_string(),
                                                version["effective"].as_string()));
    }
    std::reverse(versions.begin(), versions.end());  // the newest first
}

http::Response missing_page(const Site& site, const http::Request& request) {
    return site.render(request, 404, "not_found",
                       {{"title", site.words().text(language_of(request), "missing_title")}});
}

http::Response get_privacy(Rooms& rooms, services::EvidenceBook& evidence, const Site& site,
                           const http::Request& request) {
    const auto policy = asked_policy(rooms, request);
    if (policy == nullptr) return missing_page(site, request);
    const auto language = language_of(request);
    const auto& words = site.words();
    auto told = policy_json(rooms, {*policy, evidence.measure(), words, language});
    for (auto& sentence : told["sentences"].as_array())
        add_sentence_words(sentence.as_object(), words, language);
    const std::string text_language(told["language"].as_string());
    told["text_lang"] = text_language;
    told["text_dir"] = is_right_to_left(text_language) ? "rtl" : "ltr";
    told["is_source"] = text_language != language;
    told["counts"] = status_counts(told["sentences"].as_array(), words, language);
    // Japanese puts no space between sentences.
    told["sections"] = page_sections(told, text_language == "ja" ? "" : " ");
    add_tables(told, *policy, words, language);
    const auto& in_force = rooms.policies.in_force()->version;
    add_versions(told, in_force, words, language);
    const bool current = policy->version == in_force;
    told["is_older"] = !current;
    told["version_words"] =
        words.text(language, version_phrase(current ? "privacy_in_force_since" : "privacy_of_date",
                                            policy->version, policy->effective));
    auto response = site.render(request, 200, "privacy", told);
    response.set_header("content-language", text_language);
    return response;
}

http::Response get_home(Rooms& rooms, const Site& site, const http::Request& request) {
    const auto policy = rooms.policies.in_force();
    const auto version =
        site.words().text(language_of(request), {"home_version", {{"version", policy->version}}});
    return site.render(request, 200, "home",
                       {{"title", policy->organization},
                        {"organization", policy->organization},
                        {"has_list", !services::list_topics(*policy).empty()},
                        {"version_words", version}});
}

}  // namespace

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
    router.set_missing_page(
        [&](const http::Request& request) { return missing_page(site, request); });
}

}  // namespace avow::api
