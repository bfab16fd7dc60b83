// SPDX-License-Identifier: Apache-2.0
// Who works at the desk together: what waits for them, their names, and who has a request open.
#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/reading.hh"
#include "api/request_shapes.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_counts(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto counts, rooms.desk.count_waiting(caller->id()));
    return json_answer(200, bj::object{{"waiting", counts.waiting},
                                       {"overdue", counts.overdue},
                                       {"unassigned", counts.unassigned},
                                       {"mine", counts.assigned}});
}

// Colleagues are told to each other by name; customers see ids.
http::Response get_people(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto employees, rooms.staff.list());
    bj::array items;
    for (const auto& one : employees) {
        const bool agent =
            std::find(one.roles.begin(), one.roles.end(), "agent") != one.roles.end();
        if (!agent) continue;
        items.push_back({{"employee", one.id.text()},
                         {"name", one.person.name.reveal(rooms.staff.own_token())},
                         {"active", one.state == services::Employee::State::active}});
    }
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response put_presence(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const bool writing = reader.flag("writing", Need::required).value_or(false);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto found, rooms.desk.get(id));
    bj::array others;
    for (const auto& one : rooms.desk.presence().come(id, caller->id(), writing)) {
        others.push_back({{"who", one.who}, {"writing", one.writing}});
    }
    return json_answer(200,
                       bj::object{{"request", desk_json(found)}, {"others", std::move(others)}});
}

http::Response delete_presence(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    rooms.desk.presence().leave(id, caller->id());
    return http::Response::empty(204);
}

}  // namespace

void add_desk_team_routes(http::Router& router, Rooms& rooms) {
    const std::string presence = "/api/v1/desk/requests/{request}/presence";
    add_on_worker(router, rooms, http::Method::get, "/api/v1/desk", get_counts);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/desk/people", get_people);
    add_on_worker(router, rooms, http::Method::put, presence, put_presence);
    add_on_worker(router, rooms, http::Method::delete_, presence, delete_presence);
}

}  // namespace avow::api
