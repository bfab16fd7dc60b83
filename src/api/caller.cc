// SPDX-License-Identifier: Apache-2.0
#include "api/caller.hh"

#include <algorithm>

#include "api/privacy_signal.hh"
#include "base/text.hh"
#include "services/staff/telephone_role.hh"

namespace avow::api {
namespace {

using Found = Result<std::optional<Caller>>;

Found find_machine(Rooms& rooms, std::string_view authorization) {
    constexpr std::string_view kBearer = "Bearer ";
    if (!authorization.starts_with(kBearer)) return std::optional<Caller>();
    TRY(auto token, rooms.tokens.find(authorization.substr(kBearer.size())));
    // WALL: a telephone system is heard by one handler, and is a caller nowhere.
    if (!token || token->role == services::kTelephoneRole) return std::optional<Caller>();
    return std::optional<Caller>(Caller(std::move(*token)));
}

Found find_customer(Rooms& rooms, const http::Request& request) {
    const auto cookie = request.find_cookie(kSessionCookie);
    if (!cookie) return std::optional<Caller>();
    TRY(const auto session, rooms.accounts.sessions().find(*cookie));
    if (!session) return std::optional<Caller>();
    // Before anything else is done for them: what the signal objects to, this request must not use.
    if (has_privacy_signal(request)) TRY_OK(rooms.gate.heed_signal(session->customer));
    return std::optional<Caller>(Caller(*session));
}

Found find_employee(Rooms& rooms, const http::Request& request) {
    const auto cookie = request.find_cookie(kStaffCookie);
    if (!cookie) return std::optional<Caller>();
    TRY(auto session, rooms.staff.find_session(*cookie));
    return session ? std::optional<Caller>(Caller(std::move(*session))) : std::nullopt;
}

}  // namespace

bool Caller::has_role(std::initializer_list<std::string_view> roles) const {
    const auto is_one = [&](std::string_view held) {
        return std::find(roles.begin(), roles.end(), held) != roles.end();
    };
    if (token() != nullptr) return is_one(token()->role);
    return employee() != nullptr &&
           std::any_of(employee()->roles.begin(), employee()->roles.end(), is_one);
}

gate::Actor Caller::actor() const {
    if (token() != nullptr) {
        return {gate::Actor::Kind::system, token()->name, token()->role, false, false};
    }
    if (const auto* one = employee()) {
        // The id, not the name: the customer's timeline is no register of our employees.
        return {gate::Actor::Kind::employee, one->employee.text(), join(one->roles, " "),
                one->acknowledged, false};
    }
    return {gate::Actor::Kind::customer, "customer", "", false, false};
}

std::string Caller::id() const {
    if (token() != nullptr) return token()->id.text();
    return employee() != nullptr ? employee()->employee.text() : customer()->text();
}

Status Caller::check_acknowledged() const {
    if (employee() == nullptr || employee()->acknowledged) return {};
    return Error(
        Code::denied,
        "staff_not_acknowledged: read and acknowledge the guidelines in the console first");
}

Result<std::optional<Caller>> find_caller(Rooms& rooms, const http::Request& request) {
    if (const auto authorization = request.find_header("authorization"))
        return find_machine(rooms, *authorization);
    TRY(auto customer, find_customer(rooms, request));
    if (customer) return customer;
    return find_employee(rooms, request);
}

Result<std::optional<Caller>> find_staff(Rooms& rooms, const http::Request& request) {
    if (const auto authorization = request.find_header("authorization"))
        return find_machine(rooms, *authorization);
    TRY(auto employee, find_employee(rooms, request));
    // A customer is somebody, and is told that this is not theirs to do.
    if (employee) return employee;
    return find_customer(rooms, request);
}

bool is_from_elsewhere(const http::Request& request) {
    const auto site = request.find_header("sec-fetch-site");
    return site && *site != "same-origin" && *site != "none";
}

}  // namespace avow::api
