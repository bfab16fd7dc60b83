// SPDX-License-Identifier: Apache-2.0
// Who calls: a machine by its bearer token, a customer by the session cookie of the portal, or an
// employee by that of the console.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

#include "api/rooms.hh"
#include "http/message.hh"

namespace avow::api {

inline constexpr std::string_view kSessionCookie = "__Host-session";
inline constexpr std::string_view kDeviceCookie = "__Secure-device";
inline constexpr std::string_view kStaffCookie = "__Host-staff";

class Caller {
  public:
    explicit Caller(services::Token token) : who_(std::move(token)) {}
    explicit Caller(services::Session session) : who_(session) {}
    explicit Caller(services::StaffSession session) : who_(std::move(session)) {}

    const services::Token* token() const { return std::get_if<services::Token>(&who_); }
    const services::Session* session() const { return std::get_if<services::Session>(&who_); }
    const services::StaffSession* employee() const {
        return std::get_if<services::StaffSession>(&who_);
    }
    const CustomerId* customer() const {
        return session() != nullptr ? &session()->customer : nullptr;
    }
    bool is(const CustomerId& id) const { return customer() != nullptr && *customer() == id; }
    bool has_role(std::initializer_list<std::string_view> roles) const;
    gate::Actor actor() const;
    std::string id() const;  // of the token, the customer or the employee
    // An error for an employee who has yet to acknowledge the guidelines: nobody's data before
    // that.
    Status check_acknowledged() const;

  private:
    std::variant<services::Token, services::Session, services::StaffSession> who_;
};

// Nothing when nobody is signed in or the secret is none of ours. A browser may hold both a
// customer's session and an employee's: here the customer's goes first.
Result<std::optional<Caller>> find_caller(Rooms& rooms, const http::Request& request);
// For what customers never call: a machine or an employee.
Result<std::optional<Caller>> find_staff(Rooms& rooms, const http::Request& request);

// Another site's link must not fetch a file, by a GET that carries the cookie: fetching is an act.
bool is_from_elsewhere(const http::Request& request);

}  // namespace avow::api
