// SPDX-License-Identifier: Apache-2.0
#include "services/drp/status_json.hh"

#include <boost/json.hpp>

namespace avow::services::drp {

boost::json::object status_json(const ExerciseStatus& told, const std::string& portal) {
    const auto page = portal + "/account/requests";
    boost::json::object json{{"request_id", told.request_id},
                             {"received_at", protocol_time(told.received)},
                             {"status", std::string(told.standing.status)}};
    const auto put = [&](const char* name, std::string_view text) {
        if (!text.empty()) json[name] = std::string(text);
    };
    put("reason", told.standing.reason);
    put("processing_details", told.standing.details);
    put("agent_request_id", told.agent_request_id);
    if (told.expected_by) put("expected_by", protocol_time(*told.expected_by));
    if (told.expires_at) put("expires_at", protocol_time(*told.expires_at));
    if (told.standing.reason == "need_user_verification") put("user_verification_url", page);
    if (told.has_results) put("results_url", page);
    return json;
}

}  // namespace avow::services::drp
