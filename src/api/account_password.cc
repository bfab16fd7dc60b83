// SPDX-License-Identifier: Apache-2.0
// The password of the account: its age, its change, and the reminder that its holder asks for.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object shape_of(const services::PasswordFacts& facts) {
    return {{"changed", rfc3339(facts.changed)},
            {"remind_days", facts.remind_days},
            {"reminder_due", facts.reminder_due},
            {"choose_another", facts.weak_since.has_value()}};
}

http::Response get_password(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto facts, rooms.accounts.password_facts(*caller->customer()));
    return json_answer(200, shape_of(facts));
}

// What a new password must be here: for forms, before anybody is signed in.
http::Response get_rules(Rooms& rooms, const http::Request&) {
    const auto& rules = rooms.accounts.rules();
    return json_answer(200, bj::object{{"preset", rules.name},
                                       {"length_min", rules.length_min},
                                       {"letters_and_numbers", rules.letters_and_digits},
                                       {"former", rules.former},
                                       {"max_age_days", rules.max_age_days}});
}

http::Response put_password(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    services::PasswordChange change{
        *caller->customer(), std::string(request.find_cookie(kSessionCookie).value_or("")),
        Personal<std::string>(reader.text("current", Need::required).value_or("")),
        Personal<std::string>(reader.text("password", Need::required).value_or(""))};
    END_OR_ANSWER(reader, wrongs);
    const auto changed = rooms.accounts.change_password(std::move(change));
    if (!changed) return answer_to_password(changed.error(), "/current");
    auto response = json_answer(200, bj::object{{"sessions_ended", changed->ended}});
    set_session(response, changed->session);
    return response;
}

http::Response put_reminder(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto days = reader.number("days", Need::required);
    END_OR_ANSWER(reader, wrongs);
    const auto set = rooms.accounts.set_reminder(*caller->customer(), days.value_or(0));
    if (!set) return answer(set.error());
    return get_password(rooms, request);
}

}  // namespace

void add_account_password_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account/password", get_password);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/account/password/rules", get_rules);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/account/password", put_password);
    add_on_worker(router, rooms, http::Method::put, "/api/v1/account/password/reminder",
                  put_reminder);
}

}  // namespace avow::api
