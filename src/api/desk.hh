// SPDX-License-Identifier: Apache-2.0
// What the files of /api/v1/desk share.
#pragma once

#include <boost/json/object.hpp>

#include "api/caller.hh"
#include "api/errors.hh"
#include "api/rooms.hh"
#include "services/desk/desk.hh"

namespace avow::api {

// Declares `caller`, who works at the desk, or answers 401 or 403. Customers never call here, so an
// employee who is a customer in the same browser is the employee.
#define AGENT_OR_ANSWER(caller)                             \
    API_TRY(const auto caller, find_staff(rooms, request)); \
    if (!caller) return unauthorized();                     \
    if (!caller->has_role({"agent"})) return forbidden("work at the desk needs the role agent")

#define REQUEST_OR_ANSWER(id)                              \
    const auto parsed_##id = services_request_of(request); \
    if (!parsed_##id) return answer(parsed_##id.error());  \
    const RequestId id = *parsed_##id

boost::json::object desk_json(const services::Request& request);

void add_desk_call_routes(http::Router& router, Rooms& rooms, const Words& words);
void add_desk_search_routes(http::Router& router, Rooms& rooms);
void add_desk_sorting_routes(http::Router& router, Rooms& rooms);
void add_desk_team_routes(http::Router& router, Rooms& rooms);
void add_ringing_routes(http::Router& router, Rooms& rooms);
void add_ready_answer_routes(http::Router& router, Rooms& rooms);

}  // namespace avow::api
