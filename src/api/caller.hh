// SPDX-License-Identifier: Apache-2.0
// Who calls: a machine by its bearer token, or a customer by the session cookie of the portal.
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

class Caller {
  public:
    explicit Caller(services::Token token) : who_(std::move(token)) {}
    explicit Caller(services::Session session) : who_(session) {}

    const services::Token* token() const { return std::get_if<services::Token>(&who_); }
    const services::Session* session() const { return std::get_if<services::Session>(&who_); }
    const CustomerId* customer() const {
        return session() != nullptr ? &session()->customer : nullptr;
    }
    bool is(const CustomerId& id) const { return customer() != nullptr && *customer() == id; }
    bool has_role(std::initializer_list<std::string_view> roles) const;
    gate::Actor actor() const;
    std::string id() const;  // of the token or the customer

  private:
    std::variant<services::Token, services::Session> who_;
};

// Nothing when nobody is signed in or the secret is none of ours.
Result<std::optional<Caller>> find_caller(Rooms& rooms, const http::Request& request);

}  // namespace avow::api
