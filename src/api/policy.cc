// SPDX-License-Identifier: Apache-2.0
// The policy for programs: GET /api/v1/policy.
#include <algorithm>

#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/policy_shapes.hh"
#include "api/shapes.hh"
#include "policy/changes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_policy(Rooms& rooms, services::EvidenceBook& evidence, const Words& words,
                          const http::Request& request) {
    const auto policy = asked_policy(rooms, request);
    if (policy == nullptr) return answer(Error(Code::not_found, "there is no such policy version"));
    const auto told =
        policy_json(rooms, {*policy, evidence.measure(), words, language_of(request)});
    auto response = json_answer(200, told);
    response.set_header("content-language", std::string(told.at("language").as_string()));
    response.set_header("vary", "accept-language");
    return response;
}

bj::value text_or_null(const policy::Policy& policy,
                       const std::optional<policy::SentenceIndex>& sentence,
                       const std::string& language) {
    if (!sentence) return nullptr;
    return bj::value(sentence_text(policy, *sentence, language));
}

bool speaks(const policy::Policy& policy, const std::string& language) {
    const auto is_it = [&](const auto& one) { return one.language == language; };
    return policy.language == language ||
           std::any_of(policy.translations.begin(), policy.translations.end(), is_it);
}

http::Response get_changes(Rooms& rooms, const http::Request& request) {
    const auto after = rooms.policies.find(request.parameter("version"));
    if (after == nullptr) return answer(Error(Code::not_found, "there is no such policy version"));
    const auto since = request.find_query("since").value_or("");
    const auto before = rooms.policies.find(since);
    if (before == nullptr) {
        return answer(Error(Code::invalid, "the question is not right")
                          .at("/since", "must be a published version of the policy"));
    }
    // Two sentences are compared in one language.
    auto language = language_of(request);
    if (!speaks(*before, language) || !speaks(*after, language)) language = after->language;
    bj::array items;
    for (const auto& change : policy::changes_between(*before, *after)) {
        const auto* kind = !change.before ? "new" : !change.after ? "gone" : "changed";
        const auto& told_by = change.after ? (*after)[*change.after] : (*before)[*change.before];
        items.push_back(bj::object{{"kind", kind},
                                   {"id", told_by.id},
                                   {"before", text_or_null(*before, change.before, language)},
                                   {"after", text_or_null(*after, change.after, language)}});
    }
    auto response = json_answer(200, bj::object{{"since", before->version},
                                                {"version", after->version},
                                                {"items", std::move(items)},
                                                {"next", nullptr}});
    response.set_header("vary", "accept-language");
    return response;
}

}  // namespace

void add_policy_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence,
                       const Words& words) {
    for (const auto* pattern : {"/api/v1/policy", "/api/v1/policy/{version}"}) {
        router.add(http::Method::get, pattern, http::Runs::on_worker,
                   [&](const http::Request& request) {
                       return get_policy(rooms, evidence, words, request);
                   });
    }
    router.add(http::Method::get, "/api/v1/policy/{version}/changes", http::Runs::on_worker,
               [&](const http::Request& request) { return get_changes(rooms, request); });
}

}  // namespace avow::api
