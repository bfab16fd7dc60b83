// SPDX-License-Identifier: Apache-2.0
// The services that a customer can have an account at: the catalogue, which of it they have, and
// asking for one. Who runs a service says when an account there opens and closes.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

std::string in_language(const std::map<std::string, std::string>& texts,
                        const std::string& language) {
    const auto found = texts.find(language);
    return found != texts.end() ? found->second : texts.at("en");
}

bj::object product_json(const services::Product& product, const services::HeldProduct* held,
                        const std::string& language) {
    bj::object told{{"service", product.name},
                    {"company", product.company},
                    {"label", in_language(product.labels, language)},
                    {"text", in_language(product.texts, language)},
                    {"state", nullptr},
                    {"since", nullptr},
                    {"request", nullptr}};
    if (held == nullptr) return told;
    told["state"] = std::string(services::name_of(held->state));
    told["since"] = rfc3339(held->since);
    if (held->request) told["request"] = held->request->text();
    return told;
}

http::Response get_products(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto held, rooms.products.held(*caller->customer()));
    const auto language = language_of(request);
    bj::array items;
    for (const auto& product : rooms.products.catalogue()) {
        const auto found = std::find_if(
            held.begin(), held.end(), [&](const auto& one) { return one.product == product.name; });
        items.push_back(product_json(product, found == held.end() ? nullptr : &*found, language));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response ask_for_product(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto* product = rooms.products.find(request.parameter("service"));
    if (product == nullptr)
        return answer(Error(Code::not_found, "there is no such service in the catalogue"));
    BODY_OR_ANSWER(reader, wrongs);
    const auto language = language_of(request);
    services::Asked asked{Personal<std::string>(in_language(product->labels, language)),
                          Personal<std::string>(reader.text("text", Need::required).value_or("")),
                          {}};
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto held,
            rooms.products.ask(*caller->customer(), product->name, std::move(asked)));
    return json_answer(201, product_json(*product, &held, language));
}

http::Response put_product(Rooms& rooms, const http::Request& request) {
    API_TRY(const auto caller, find_staff(rooms, request));
    if (!caller) return unauthorized();
    if (!caller->has_role({"agent", "intake"}))
        return forbidden(
            "opening and closing an account at a service wants the role agent or intake");
    BODY_OR_ANSWER(reader, wrongs);
    const auto name = reader.text("state", Need::required).value_or("");
    const auto state = services::product_state_from(name);
    if (wrongs.none() && (!state || *state == services::ProductState::asked))
        wrongs.add("/state", "must be open or closed");
    END_OR_ANSWER(reader, wrongs);
    const auto customer = CustomerId::parse(request.parameter("id"));
    if (!customer) return answer(Error(Code::not_found, "there is no such customer"));
    const auto put = rooms.products.put(*customer, request.parameter("service"), *state);
    return put ? http::Response::empty(204) : answer(put.error());
}

}  // namespace

void add_product_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account/services", get_products);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/services/{service}",
                  ask_for_product);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/customers/{id}/services/{service}",
                  put_product);
}

}  // namespace avow::api
