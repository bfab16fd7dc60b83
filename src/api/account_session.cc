// SPDX-License-Identifier: Apache-2.0
#include "api/account_session.hh"

#include "api/caller.hh"

namespace avow::api {

// A reference token of 128 bits; __Host- binds it to this host, Lax keeps it from cross-site posts.
void set_session(http::Response& response, std::string_view session) {
    response.set_header("set-cookie", std::string(kSessionCookie) + "=" + std::string(session) +
                                          "; Path=/; Secure; HttpOnly; SameSite=Lax");
}

void clear_session(http::Response& response) {
    response.set_header("set-cookie", std::string(kSessionCookie) +
                                          "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    response.set_header("clear-site-data", "\"cache\", \"storage\"");
}

std::optional<Personal<std::string>> personal(std::optional<std::string> text) {
    if (!text) return std::nullopt;
    return Personal<std::string>(std::move(*text));
}

void add_on_worker(http::Router& router, Rooms& rooms, http::Method method, std::string pattern,
                   AccountHandler handler) {
    router.add(method, std::move(pattern), http::Runs::on_worker,
               [&rooms, handler](const http::Request& request) { return handler(rooms, request); });
}

}  // namespace avow::api
