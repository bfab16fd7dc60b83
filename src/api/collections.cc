// SPDX-License-Identifier: Apache-2.0
// POST /api/v1/collections: data comes in, by a machine or a desk.
#include <boost/json.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

constexpr std::size_t kLanguageTagMax = 35;  // LIMIT: RFC 5646 §4.4.1

Result<gate::Collection> read_collection(const bj::value& body) {
    Wrongs wrongs;
    ObjectReader reader(body, "", wrongs);
    gate::Collection collection;
    collection.channel = reader.text("channel", Need::required).value_or("");
    for (auto& [field, value] : reader.text_members("fields", Need::required)) {
        collection.fields.push_back({field, Personal<std::string>(std::move(value))});
    }
    collection.purposes = reader.texts("purposes", Need::optional);
    for (auto& [purpose, granted] : reader.flag_members("permissions", Need::optional)) {
        collection.permissions.push_back({purpose, granted});
    }
    collection.policy_version = reader.text("policy_version", Need::optional);
    collection.language = reader.text("language", Need::optional).value_or("");
    if (collection.language.size() > kLanguageTagMax)
        wrongs.add("/language", "is no language: a BCP 47 tag is wanted");
    if (const auto* evidence = reader.value("evidence", Need::optional)) {
        collection.evidence =
            evidence->is_string() ? std::string(evidence->get_string()) : bj::serialize(*evidence);
    }
    if (const auto customer = reader.text("customer", Need::optional)) {
        collection.customer = CustomerId::parse(*customer);
        if (!collection.customer) wrongs.add("/customer", "is not a customer's id");
    }
    reader.finish();
    TRY_OK(wrongs.result());
    return collection;
}

http::Response post_collection(Rooms& rooms, const http::Request& request) {
    API_TRY(const auto caller, find_staff(rooms, request));
    if (!caller) return unauthorized();
    if (!caller->has_role({"intake", "agent"}))
        return forbidden("collecting needs the role intake or agent");
    const auto body = read_body(request);
    if (!body) return unreadable(body.error());
    API_TRY(auto collection, read_collection(*body));
    API_TRY(collection.once, read_once(request, caller->id()));
    API_TRY(const auto collected, rooms.gate.collect(collection, caller->actor()));
    return json_answer(201, bj::object{{"customer", collected.customer.text()},
                                       {"collection", collected.collection.text()},
                                       {"receipt", receipt_json(collected.receipt)}});
}

}  // namespace

void add_collection_routes(http::Router& router, Rooms& rooms) {
    router.add(http::Method::post, "/api/v1/collections", http::Runs::on_worker,
               [&rooms](const http::Request& request) { return post_collection(rooms, request); });
}

}  // namespace avow::api
