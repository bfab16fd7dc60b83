// SPDX-License-Identifier: Apache-2.0
// Who may ask about a customer: themself, or a token or employee of one of some roles. Another's id
// is answered like one that does not exist.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "api/caller.hh"
#include "api/errors.hh"

namespace avow::api {

using Roles = std::initializer_list<std::string_view>;

Result<CustomerId> customer_of(Rooms& rooms, const http::Request& request, Roles roles,
                               std::optional<Caller>& caller);

// Declares the customer's id, and `caller`; or answers.
#define CUSTOMER_OR_ANSWER(id, roles)                                                \
    std::optional<::avow::api::Caller> caller;                                       \
    const auto found_##id = ::avow::api::customer_of(rooms, request, roles, caller); \
    if (!caller && (found_##id || found_##id.error().code() == Code::denied))        \
        return ::avow::api::unauthorized();                                          \
    if (!found_##id) return ::avow::api::answer(found_##id.error());                 \
    const CustomerId id = *found_##id

}  // namespace avow::api
