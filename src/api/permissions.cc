// SPDX-License-Identifier: Apache-2.0
// /api/v1/customers/{id}/permissions: the customer's yes and no, what each meant in practice, and
// how a browser's privacy signal stands to it.
#include <boost/json.hpp>

#include "api/customer_caller.hh"
#include "api/once.hh"
#include "api/practice.hh"
#include "api/privacy_signal.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

// Null: the signal has no say, or none came.
bj::value signal_json(gate::Said said) {
    switch (said) {
        case gate::Said::no:
        case gate::Said::yes:
            return nullptr;
        case gate::Said::yes_overruled:
            return "overrules";
        case gate::Said::signal_alone:
            return "objects";
        case gate::Said::yes_after_signal:
            return "answered";
    }
    return nullptr;
}

bj::object permission_json(const policy::Policy& policy, policy::PurposeIndex index,
                           const std::vector<gate::StandingPermission>& standing,
                           const std::string& language) {
    const auto& purpose = policy[index];
    const bool by_permission = purpose.basis == policy::Basis::permission;
    bj::object told{{"purpose", purpose.name},
                    {"label", purpose_label(policy, purpose.name, language)},
                    {"basis", std::string(policy::name_of(purpose.basis))},
                    {"contact", purpose.contact == policy::Contact::yes},
                    {"granted", false},
                    {"objected", false},
                    {"signalled", purpose.signal == policy::Signal::objects},
                    {"signal", nullptr}};
    for (const auto& permission : standing) {
        if (permission.purpose != purpose.name) continue;
        told["granted"] = permission.granted;
        told["objected"] = !by_permission && !permission.granted;
        told["signal"] = signal_json(permission.said);
        told["since"] = rfc3339(permission.since);
        told["ledger"] = {{"entry", permission.entry.text()}};
    }
    const auto rule = by_permission ? "contact.permission" : "use.stated-purpose";
    if (const auto sentence = policy.sentence_for(rule, index)) {
        told["sentence"] = sentence_text(policy, *sentence, language);
        told["sentence_id"] = policy[*sentence].id;
    }
    return told;
}

http::Response get_permissions(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, (Roles{"officer", "intake", "agent", "auditor"}));
    const auto practice = request.find_query("practice");
    if (practice && *practice != "true" && *practice != "false")
        return answer(Error(Code::invalid, "practice must be true or false"));
    // Evidence and reasons are personal: for the customer, or who reads everything.
    const bool tells_practice =
        practice && *practice == "true" && (caller->is(id) || caller->has_role({"officer"}));
    API_TRY(const auto standing, rooms.gate.permissions(id));
    const auto policy = rooms.policies.in_force();
    const auto language = language_of(request);
    std::optional<Practice> in_practice;
    if (tells_practice) {
        API_TRY(in_practice, practice_of(rooms.gate, id, rooms.clock.now()));
    }
    bj::array items;
    for (std::size_t i = 0; i < policy->purposes.size(); ++i) {
        const policy::PurposeIndex at{static_cast<std::uint16_t>(i)};
        auto told = permission_json(*policy, at, standing, language);
        if (in_practice) add_practice(told, *in_practice);
        items.push_back(std::move(told));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response put_permission(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"intake"});
    BODY_OR_ANSWER(reader, wrongs);
    gate::PermissionChoice choice{std::string(request.parameter("purpose")),
                                  reader.flag("granted", Need::required).value_or(false)};
    std::optional<std::string> evidence;
    if (const auto* given = reader.value("evidence", Need::optional)) {
        evidence = given->is_string() ? std::string(given->get_string()) : bj::serialize(*given);
    }
    if (caller->is(id)) {
        if (!evidence) evidence = "switch on the portal's permissions page";
        choice.language = language_of(request);
        choice.signalled = has_privacy_signal(request);
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto once, read_once(request, caller->id()));
    API_TRY(const auto permitted, rooms.gate.permit(id, choice, evidence, caller->actor(), once));
    bj::object told{{"purpose", permitted.purpose},
                    {"granted", permitted.granted},
                    {"since", rfc3339(permitted.since)},
                    {"receipt", nullptr}};
    if (permitted.receipt) told["receipt"] = receipt_json(*permitted.receipt);
    return json_answer(200, told);
}

}  // namespace

void add_permission_routes(http::Router& router, Rooms& rooms) {
    router.add(http::Method::get, "/api/v1/customers/{id}/permissions", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return get_permissions(rooms, request); });
    router.add(http::Method::put, "/api/v1/customers/{id}/permissions/{purpose}",
               http::Runs::on_worker,
               [&rooms](const http::Request& request) { return put_permission(rooms, request); });
}

}  // namespace avow::api
