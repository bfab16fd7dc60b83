// SPDX-License-Identifier: Apache-2.0
// The sessions of the account: seen by their owner alone, ended one by one or all but this one.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_sessions(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto cookie = request.find_cookie(kSessionCookie).value_or("");
    API_TRY(const auto sessions, rooms.accounts.sessions().list(*caller->customer(), cookie));
    bj::array items;
    for (const auto& session : sessions) {
        items.push_back({{"session", session.id},
                         {"created", rfc3339(session.created)},
                         {"seen", rfc3339(session.seen)},
                         {"current", session.current}});
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response delete_session(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto ended =
        rooms.accounts.sessions().end_by_id(*caller->customer(), request.parameter("session"));
    return ended ? http::Response::empty(204) : answer(ended.error());
}

http::Response delete_other_sessions(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    const auto cookie = request.find_cookie(kSessionCookie).value_or("");
    API_TRY(const auto ended, rooms.accounts.sessions().end_others(*caller->customer(), cookie));
    return json_answer(200, bj::object{{"sessions_ended", ended}});
}

}  // namespace

void add_account_session_routes(http::Router& router, Rooms& rooms) {
    constexpr auto kSessions = "/api/v1/account/sessions";
    add_on_worker(router, rooms, http::Method::get, kSessions, get_sessions);
    add_on_worker(router, rooms, http::Method::delete_, kSessions, delete_other_sessions);
    add_on_worker(router, rooms, http::Method::delete_, "/api/v1/account/sessions/{session}",
                  delete_session);
}

}  // namespace avow::api
