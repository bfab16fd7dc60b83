// SPDX-License-Identifier: Apache-2.0
// /api/v1/customers/{id}: what we hold. For the customer, or for a machine whose role allows it.
#include <boost/json.hpp>

#include "api/customer_caller.hh"
#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object collection_json(const gate::HeldCollection& held, const PurposeToken& token,
                           const std::string& language) {
    const auto& policy = *held.policy;
    const auto& retention = policy[*policy.find_channel(held.channel)].retention;
    bj::array purposes;
    for (const auto& name : held.purposes) {
        purposes.push_back({{"name", name}, {"label", purpose_label(policy, name, language)}});
    }
    bj::array fields;
    for (const auto& field : held.fields) {
        bj::object told{{"field", field.field},
                        {"datum", field.id.text()},
                        {"label", field_label(policy, field.field, language)},
                        {"value", field.value.reveal(token)},
                        {"kept_words", retention.words}};
        if (field.kept_until) told["kept_until"] = rfc3339(*field.kept_until);
        fields.push_back(std::move(told));
    }
    const auto entry = *EntryId::from_bytes(held.id.bytes());
    return {{"collection", held.id.text()},
            {"channel", held.channel},
            {"channel_label", channel_label(policy, held.channel, language)},
            {"at", rfc3339(held.at)},
            {"policy_version", policy.version},
            {"purposes", std::move(purposes)},
            {"fields", std::move(fields)},
            {"ledger", {{"entry", entry.text()}}}};
}

http::Response get_collections(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto page, read_page(request));
    const auto language = language_of(request);
    API_TRY(const auto held, rooms.gate.held(id, caller->actor()));
    bj::array items;
    bj::value next = nullptr;
    for (auto collection = held.rbegin(); collection != held.rend(); ++collection) {
        const auto entry = *EntryId::from_bytes(collection->id.bytes());
        if (page.before && !(entry < *page.before)) continue;
        if (items.size() == static_cast<std::size_t>(page.limit)) {
            next = EntryId::parse(items.back().at("ledger").at("entry").as_string())->text();
            break;
        }
        items.push_back(collection_json(*collection, rooms.gate.own_data_token(), language));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

http::Response get_customer(Rooms& rooms, const http::Request& request) {
    CUSTOMER_OR_ANSWER(id, {"officer"});
    API_TRY(const auto created, rooms.gate.created(id));
    API_TRY(const auto held, rooms.gate.held(id, caller->actor()));
    const auto language = language_of(request);
    bj::array collections;
    for (const auto& collection : held) {
        collections.push_back(collection_json(collection, rooms.gate.own_data_token(), language));
    }
    const std::string self = "/api/v1/customers/" + id.text();
    return json_answer(200, bj::object{{"customer", id.text()},
                                       {"created", rfc3339(created)},
                                       {"collections", std::move(collections)},
                                       {"links",
                                        {{"collections", self + "/collections"},
                                         {"uses", self + "/uses"},
                                         {"permissions", self + "/permissions"}}}});
}

}  // namespace

void add_customer_routes(http::Router& router, Rooms& rooms) {
    const auto on_worker = [&](http::Method method, std::string pattern, auto handler) {
        router.add(
            method, std::move(pattern), http::Runs::on_worker,
            [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
    };
    on_worker(http::Method::get, "/api/v1/customers/{id}", get_customer);
    on_worker(http::Method::get, "/api/v1/customers/{id}/collections", get_collections);
}

}  // namespace avow::api
