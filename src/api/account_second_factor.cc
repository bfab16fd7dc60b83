// SPDX-License-Identifier: Apache-2.0
// The second factor of the account: an authenticator, its first code, and the recovery codes.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

#define PROVED_CALLER_OR_ANSWER(caller) \
    CUSTOMER_CALLER_OR_ANSWER(caller);  \
    if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked)

http::Response shape_of_codes(const std::vector<std::string>& codes) {
    bj::array all;
    for (const auto& code : codes) all.push_back(bj::string(code));
    return json_answer(200, bj::object{{"recovery_codes", std::move(all)}});
}

http::Response get_factor(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto state, rooms.accounts.second_factor().state(*caller->customer()));
    bj::object told{{"authenticator_since", nullptr}, {"recovery_codes", state.recovery_codes}};
    if (state.since) told["authenticator_since"] = rfc3339(*state.since);
    return json_answer(200, told);
}

http::Response post_authenticator(Rooms& rooms, const http::Request& request) {
    PROVED_CALLER_OR_ANSWER(caller);
    API_TRY(const auto offer, rooms.accounts.offer_authenticator(*caller->customer()));
    return json_answer(200, bj::object{{"secret", offer.secret}, {"uri", offer.uri}});
}

http::Response confirm_authenticator(Rooms& rooms, const http::Request& request) {
    PROVED_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto code = reader.text("code", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto codes, rooms.accounts.second_factor().confirm(*caller->customer(), code));
    return shape_of_codes(codes);
}

http::Response delete_authenticator(Rooms& rooms, const http::Request& request) {
    PROVED_CALLER_OR_ANSWER(caller);
    const auto removed = rooms.accounts.second_factor().remove(*caller->customer());
    return removed ? http::Response::empty(204) : answer(removed.error());
}

http::Response post_recovery_codes(Rooms& rooms, const http::Request& request) {
    PROVED_CALLER_OR_ANSWER(caller);
    API_TRY(const auto codes,
            rooms.accounts.second_factor().renew_recovery_codes(*caller->customer()));
    return shape_of_codes(codes);
}

}  // namespace

void add_account_second_factor_routes(http::Router& router, Rooms& rooms) {
    constexpr auto kAuthenticator = "/api/v1/account/authenticator";
    add_on_worker(router, rooms, http::Method::get, kAuthenticator, get_factor);
    add_on_worker(router, rooms, http::Method::post, kAuthenticator, post_authenticator);
    add_on_worker(router, rooms, http::Method::put, kAuthenticator, confirm_authenticator);
    add_on_worker(router, rooms, http::Method::delete_, kAuthenticator, delete_authenticator);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/recovery-codes",
                  post_recovery_codes);
}

}  // namespace avow::api
