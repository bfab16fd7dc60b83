// SPDX-License-Identifier: Apache-2.0
// What the files of the employees' calls share.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "api/caller.hh"
#include "api/rooms.hh"

namespace avow::api {

inline constexpr std::string_view kStaffDeviceCookie = "__Secure-staff-device";

// Declares `caller`, an employee who is signed in, or answers 401.
#define EMPLOYEE_OR_ANSWER(caller)                          \
    API_TRY(const auto caller, find_staff(rooms, request)); \
    if (!caller || caller->employee() == nullptr) return unauthorized()

void set_staff_session(http::Response& response, std::string_view session);
void clear_staff_session(http::Response& response);

// For the employee themself, or for who invited them.
boost::json::object employee_json(const services::Employee& employee, const PurposeToken& token);

void add_staff_session_routes(http::Router& router, Rooms& rooms);
void add_staff_passkey_routes(http::Router& router, Rooms& rooms);

}  // namespace avow::api
