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

std::optional<Ceremony> ceremony_from(std::string_view name) {
    if (name == "register") return Ceremony::register_passkey;
    if (name == "sign_in") return Ceremony::sign_in;
    if (name == "step_up") return Ceremony::step_up;
    return std::nullopt;
}

bj::array credentials_of(const std::vector<services::Passkey>& passkeys) {
    bj::array all;
    for (const auto& passkey : passkeys) all.push_back(bj::string(base64url(passkey.credential)));
    return all;
}

http::Response make_challenge(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto name = reader.text("for", Need::required);
    const auto ceremony = ceremony_from(name.value_or(""));
    if (name && !ceremony) wrongs.add("/for", "must be register, sign_in or step_up");
    END_OR_ANSWER(reader, wrongs);
    const auto site = site_of(request);
    auto& passkeys = rooms.accounts.passkeys();
    bj::object told{{"site", site.id}};
    auto signer = services::nobody();
    if (*ceremony != Ceremony::sign_in) {
        CUSTOMER_CALLER_OR_ANSWER(caller);
        signer = *caller->customer();
        API_TRY(const auto had, passkeys.list(signer));
        told["credentials"] = credentials_of(had);
        told["holder"] = base64url(signer.bytes());
        if (*ceremony == Ceremony::register_passkey) {
            if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
            auto& algorithms = told["algorithms"].emplace_array();
            for (const int algorithm : crypto::webauthn::kAlgorithms)
                algorithms.push_back(algorithm);
        }
    }
    told["challenge"] = base64url(passkeys.make_challenge(*ceremony, signer));
    return json_answer(200, told);
}

http::Response get_passkeys(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto passkeys, rooms.accounts.passkeys().list(*caller->customer()));
    bj::array items;
    for (const auto& passkey : passkeys) {
        bj::object item{{"passkey", passkey.id},
                        {"name", passkey.name.reveal(rooms.gate.own_data_token())},
                        {"created", rfc3339(passkey.made)},
                        {"used", nullptr},
                        {"backed_up", passkey.backed_up}};
        if (passkey.used) item["used"] = rfc3339(*passkey.used);
        items.push_back(std::move(item));
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_passkey(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    if (auto asked = ask_for_step_up(rooms, *caller)) return std::move(*asked);
    BODY_OR_ANSWER(reader, wrongs);
    services::NewPasskey passkey{
        Personal<std::string>(reader.text("name", Need::required).value_or("")),
        read_bytes(reader, "challenge", wrongs),
        {}};
    if (const auto* inner = reader.value("response", Need::required)) {
        ObjectReader response(*inner, "/response", wrongs);
        passkey.registration.client_data =
            std::string(as_text(read_bytes(response, "client_data", wrongs)));
        passkey.registration.attestation = read_bytes(response, "attestation", wrongs);
        response.finish();
    }
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
