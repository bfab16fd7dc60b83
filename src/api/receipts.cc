// SPDX-License-Identifier: Apache-2.0
// /api/v1/customers/{id}/receipts: every yes, no and collection, each with a receipt to keep.
#include <algorithm>

#include <boost/json.hpp>

#include "api/customer_caller.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"
#include "base/json.hh"
#include "services/receipts/receipt.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object line_json(const gate::Act& act, const bj::object& details, const Rooms& rooms,
                     const std::string& language) {
    bj::object told{{"entry", act.entry.text()},
                    {"kind", std::string(ledger::name_of(act.kind))},
                    {"at", rfc3339(act.at)}};
    for (const auto* key : {"purpose", "granted", "channel", "evidence", "signal", "language"}) {
        if (const auto* value = details.if_contains(key)) told[key] = *value;
    }
    told["policy_version"] = details.at("policy");
    const auto policy = rooms.policies.find(details.at("policy").as_string());
    const auto* purpose = told.if_contains("purpose");
    if (policy != nullptr && purpose != nullptr)
        told["purpose_label"] = purpose_label(*policy, purpose->as_string(), language);
    const auto* channel = told.if_contains("channel");
    if (policy != nullptr && channel != nullptr)
        told["channel_label"] = channel_label(*policy, channel->as_string(), language);
    return told;
}

http::Response get_receipts(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(auto page, read_page(request));
    const auto purpose = request.find_query("purpose");
    const auto language = language_of(request);
    gate::Gate::ActsWanted wanted{
        {ledger::Kind::permitted, ledger::Kind::withdrawn}, page.before, {}, page.limit};
    if (!purpose) wanted.kinds.push_back(ledger::Kind::collected);
    bj::array items;
    bj::value next = nullptr;
    while (next.is_null()) {
        API_TRY(const auto acts, rooms.gate.acts(id, wanted));
        for (const auto& act : acts) {
            wanted.before = act.entry;
            API_TRY(const auto details,
                    json::parse(act.details.reveal(rooms.gate.own_data_token())));
            auto told = line_json(act, details.as_object(), rooms, language);
            if (purpose && told.at("purpose").as_string() != bj::string_view(*purpose)) continue;
            items.push_back(std::move(told));
            if (items.size() == static_cast<std::size_t>(page.limit)) break;
        }
        if (items.size() == static_cast<std::size_t>(page.limit)) next = wanted.before->text();
        if (acts.size() < static_cast<std::size_t>(wanted.limit)) break;
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

http::Response get_receipt(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    const auto entry = EntryId::parse(request.parameter("entry"));
    if (!entry) return answer(Error(Code::not_found, "there is no such receipt"));
    API_TRY(auto receipt, services::receipt_of(rooms.gate, rooms.ledger, id, *entry));
    auto response = http::Response::text(200, std::move(receipt));
    response.set_header("content-disposition",
                        "attachment; filename=\"" + entry->text() + ".receipt\"");
    return response;
}

}  // namespace

void add_receipt_routes(http::Router& router, Rooms& rooms) {
    router.add(http::Method::get, "/api/v1/customers/{id}/receipts", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return get_receipts(rooms, request); });
    router.add(http::Method::get, "/api/v1/customers/{id}/receipts/{entry}", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return get_receipt(rooms, request); });
}

}  // namespace avow::api
