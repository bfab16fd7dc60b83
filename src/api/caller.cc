// SPDX-License-Identifier: Apache-2.0
#include "api/caller.hh"

#include <algorithm>

namespace avow::api {

bool Caller::has_role(std::initializer_list<std::string_view> roles) const {
    return token() != nullptr &&
           std::find(roles.begin(), roles.end(), token()->role) != roles.end();
}

gate::Actor Caller::actor() const {
    if (token() == nullptr) return {gate::Actor::Kind::customer, "customer", "", false, false};
    return {gate::Actor::Kind::system, token()->name, token()->role, false, false};
}

std::string Caller::id() const {
    return token() != nullptr ? token()->id.text() : customer()->text();
}

Result<std::optional<Caller>> find_caller(Rooms& rooms, const http::Request& request) {
    constexpr std::string_view kBearer = "Bearer ";
    if (const auto authorization = request.find_header("authorization")) {
        if (!authorization->starts_with(kBearer)) return std::optional<Caller>();
        TRY(auto token, rooms.tokens.find(authorization->substr(kBearer.size())));
        return token ? std::optional<Caller>(Caller(std::move(*token))) : std::nullopt;
    }
    const auto cookie = request.find_cookie(kSessionCookie);
    if (!cookie) return std::optional<Caller>();
    TRY(const auto session, rooms.accounts.sessions().find(*cookie));
    return session ? std::optional<Caller>(Caller(*session)) : std::nullopt;
}

}  // namespace avow::api
