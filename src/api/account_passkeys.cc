// SPDX-License-Identifier: Apache-2.0
// Passkeys of the account: challenges to sign, adding, naming, removing.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/passkey_reading.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;
using services::Ceremony;

http::Response make_challenge(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto ceremony = read_ceremony(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    std::optional<CustomerId> signer;
    if (*ceremony != Ceremony::sign_in) {
        CUSTOMER_CALLER_OR_ANSWER(caller);
        if (*ceremony == Ceremony::register_passkey) {
            if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
        }
        signer = *caller->customer();
    }
    API_TRY(const auto told,
            offer_challenge(rooms.accounts.passkeys(), site_of(request), *ceremony, signer));
    return json_answer(200, told);
}

http::Response get_passkeys(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto passkeys, rooms.accounts.passkeys().list(*caller->customer()));
    return json_answer(200, passkeys_json(passkeys, rooms.gate.own_data_token()));
}

http::Response post_passkey(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
    BODY_OR_ANSWER(reader, wrongs);
    auto passkey = read_new_passkey(reader, wrongs);
    END_OR_ANSWER(reader, wrongs);
    const auto added =
        rooms.accounts.passkeys().add(*caller->customer(), site_of(request), std::move(passkey));
    return added ? http::Response::empty(201) : answer(added.error());
}

http::Response put_passkey(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const Personal<std::string> name(reader.text("name", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    const auto renamed =
        rooms.accounts.passkeys().rename(*caller->customer(), request.parameter("passkey"), name);
    return renamed ? http::Response::empty(204) : answer(renamed.error());
}

http::Response delete_passkey(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
    const auto removed =
        rooms.accounts.passkeys().remove(*caller->customer(), request.parameter("passkey"));
    return removed ? http::Response::empty(204) : answer(removed.error());
}

}  // namespace

void add_account_passkey_routes(http::Router& router, Rooms& rooms) {
    constexpr auto kPasskeys = "/api/v1/account/passkeys";
    constexpr auto kPasskey = "/api/v1/account/passkeys/{passkey}";
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/passkeys/challenge",
                  make_challenge);
    add_on_worker(router, rooms, http::Method::get, kPasskeys, get_passkeys);
    add_on_worker(router, rooms, http::Method::post, kPasskeys, post_passkey);
    add_on_worker(router, rooms, http::Method::put, kPasskey, put_passkey);
    add_on_worker(router, rooms, http::Method::delete_, kPasskey, delete_passkey);
}

}  // namespace avow::api
