// SPDX-License-Identifier: Apache-2.0
// What the files of the account's acts share: the session's cookie, and routes on a worker.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/caller.hh"
#include "api/rooms.hh"
#include "base/personal.hh"
#include "http/message.hh"

namespace avow::api {

// The network a request comes from, as the throttle counts: an IPv4 address, an IPv6 /64.
std::string network_of(const Rooms& rooms, const http::Request& request);
// `too_often`, with the wait, when the caller's network sent too many forms in this minute that
// want no sign-in. What is kept of it: a hash under a key that lives one minute, in memory.
Status allow_open_form(const Rooms& rooms, const http::Request& request);
// Exports, erasures and changes of address want the password to have been given lately: the answer
// that asks for it (RFC 9470), or nothing. A machine's token is asked for nothing.
std::optional<http::Response> ask_for_step_up(const Rooms& rooms, const Caller& caller);

// Declares `caller`, a customer who is signed in, or answers 401.
#define CUSTOMER_CALLER_OR_ANSWER(caller)                    \
    API_TRY(const auto caller, find_caller(rooms, request)); \
    if (!caller || caller->customer() == nullptr) return unauthorized()

void set_session(http::Response& response, std::string_view session);
// Sent to sign-in alone, for as long as the browser stays known.
void set_device(http::Response& response, std::string_view device);
void clear_session(http::Response& response);
// A password that is not right is a wrong input at `pointer`: its sender is signed in.
http::Response answer_to_password(const Error& error, std::string pointer);
std::optional<Personal<std::string>> personal(std::optional<std::string> text);

using AccountHandler = http::Response (*)(Rooms&, const http::Request&);
void add_on_worker(http::Router& router, Rooms& rooms, http::Method method, std::string pattern,
                   AccountHandler handler);

}  // namespace avow::api
