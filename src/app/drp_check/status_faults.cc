// SPDX-License-Identifier: Apache-2.0
#include "app/drp_check/status_faults.hh"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/time.hh"

namespace avow::app {
namespace {

namespace bj = boost::json;

constexpr std::array<std::string_view, 10> kMembers{
    "request_id", "received_at", "expected_by",           "agent_request_id", "processing_details",
    "status",     "reason",      "user_verification_url", "results_url",      "expires_at"};
// Each status with the reasons that it may have; an empty one: it needs none.
struct Standing {
    std::string_view status;
    std::vector<std::string_view> reasons;
};
const std::vector<Standing>& standings() {
    static const std::vector<Standing> all{
        {"open", {""}},
        {"in_progress", {"", "need_user_verification"}},
        {"fulfilled", {""}},
        {"revoked", {""}},
        {"expired", {""}},
        {"denied",
         {"suspected_fraud", "insuf_verification", "no_match", "claim_not_covered",
          "outside_jurisdiction", "too_many_requests", "other"}}};
    return all;
}

std::optional<bj::object> object_of(const HttpsAnswer& answer) {
    const auto value = json::parse(answer.body);
    if (!value || !value->is_object()) return std::nullopt;
    return value->get_object();
}

std::string text_of(const bj::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string())
                                                    : std::string();
}

void check_times(const bj::object& told, std::vector<std::string>& faults) {
    for (const auto* name : {"received_at", "expected_by", "expires_at"}) {
        if (told.contains(name) && !from_rfc3339(text_of(told, name)))
            faults.push_back(std::string(name) + " is no time with an offset");
    }
}

void check_standing(const bj::object& told, std::vector<std::string>& faults) {
    const auto status = text_of(told, "status");
    const auto reason = text_of(told, "reason");
    const auto& all = standings();
    const auto known =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.status == status; });
    if (known == all.end()) {
        faults.emplace_back("status is none of the protocol's");
    } else if (std::find(known->reasons.begin(), known->reasons.end(), reason) ==
               known->reasons.end()) {
        faults.emplace_back("reason is none that this status has");
    }
    if (status == "in_progress" && !told.contains("expected_by"))
        faults.emplace_back("in_progress lacks expected_by");
    if (reason == "need_user_verification" &&
        !text_of(told, "user_verification_url").starts_with("https://"))
        faults.emplace_back("need_user_verification lacks a user_verification_url of https");
}

}  // namespace

std::vector<std::string> faults_of_status(const HttpsAnswer& answer) {
    std::vector<std::string> faults;
    if (answer.status != 200) return {"answered " + std::to_string(answer.status)};
    if (answer.type != "application/json") faults.emplace_back("is not application/json");
    const auto told = object_of(answer);
    if (!told) return {"is no JSON object"};
    for (const auto& member : *told) {
        const std::string_view name(member.key().data(), member.key().size());
        if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end())
            faults.emplace_back("has a member that the protocol lacks");
        else if (!member.value().is_string())
            faults.push_back(std::string(name) + " is no string");
    }
    for (const auto* name : {"request_id", "received_at", "status"}) {
        if (text_of(*told, name).empty()) faults.push_back(std::string(name) + " is missing");
    }
    check_times(*told, faults);
    check_standing(*told, faults);
    return faults;
}

std::vector<std::string> faults_of_refusal(const HttpsAnswer& answer) {
    if (answer.status < 400 || answer.status > 499)
        return {"answered " + std::to_string(answer.status)};
    std::vector<std::string> faults;
    if (answer.type != "application/json") faults.emplace_back("is not application/json");
    const auto told = object_of(answer);
    if (!told) return {"is no JSON object"};
    if (text_of(*told, "code") != std::to_string(answer.status))
        faults.emplace_back("code is not the status as a string");
    if (text_of(*told, "message").empty()) faults.emplace_back("message is missing");
    const auto* fatal = told->if_contains("fatal");
    if (fatal != nullptr && !fatal->is_bool()) faults.emplace_back("fatal is no Boolean");
    return faults;
}

std::string member_of(const HttpsAnswer& answer, std::string_view name) {
    const auto told = object_of(answer);
    return told ? text_of(*told, name) : std::string();
}

}  // namespace avow::app
