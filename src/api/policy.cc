// SPDX-License-Identifier: Apache-2.0
// The policy for programs: GET /api/v1/policy.
#include <boost/json.hpp>

#include "api/errors.hh"
#include "api/policy_shapes.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

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

}  // namespace

void add_policy_routes(http::Router& router, Rooms& rooms, services::EvidenceBook& evidence,
                       const Words& words) {
    for (const auto* pattern : {"/api/v1/policy", "/api/v1/policy/{version}"}) {
        router.add(http::Method::get, pattern, http::Runs::on_worker,
                   [&](const http::Request& request) {
                       return get_policy(rooms, evidence, words, request);
                   });
    }
}

}  // namespace avow::api
