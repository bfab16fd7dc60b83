// SPDX-License-Identifier: Apache-2.0
// What a mailed link does: shows that an address is the customer's, brings a former one back,
// or sets a new password. The
// secret comes in a body, from the page that has it in its fragment.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

http::Response verify(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    services::Confirmation confirmation{reader.text("link", Need::required).value_or(""),
                                        {},
                                        personal(reader.text("password", Need::optional)),
                                        reader.text("code", Need::optional)};
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto caller, find_caller(rooms, request));
    if (caller && caller->customer() != nullptr) confirmation.caller = *caller->customer();
    const auto confirmed = rooms.accounts.confirm_address(confirmation);
    if (!confirmed) return answer_to_password(confirmed.error(), "/password");
    auto response = http::Response::empty(204);
    if (*confirmed) set_session(response, **confirmed);
    return response;
}

http::Response undo(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto secret = reader.text("link", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    const auto undone = rooms.accounts.undo_address_change(secret);
    return undone ? http::Response::empty(204) : answer(undone.error());
}

http::Response send_again(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto sent = rooms.accounts.send_proof_link(*caller->customer());
    return sent ? http::Response::empty(202) : answer(sent.error());
}

http::Response ask_reset(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    services::ResetAsked asked{
        Personal<std::string>(reader.text("email", Need::required).value_or("")),
        network_of(rooms, request), reader.text("language", Need::optional).value_or("en")};
    END_OR_ANSWER(reader, wrongs);
    const auto taken = rooms.accounts.ask_reset(std::move(asked));
    return taken ? http::Response::empty(202) : answer(taken.error());
}

http::Response finish_reset(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto secret = reader.text("link", Need::required).value_or("");
    const Personal<std::string> password(reader.text("password", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    const auto reset = rooms.accounts.finish_reset(secret, password);
    return reset ? http::Response::empty(204) : answer(reset.error());
}

}  // namespace

void add_account_link_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/verify", verify);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/verify/send", send_again);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/undo", undo);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/reset", ask_reset);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/account/reset/finish", finish_reset);
}

}  // namespace avow::api
