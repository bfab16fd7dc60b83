// SPDX-License-Identifier: Apache-2.0
#include "api/customer_caller.hh"

namespace avow::api {

Result<CustomerId> customer_of(Rooms& rooms, const http::Request& request, Roles roles,
                               std::optional<Caller>& caller) {
    TRY(caller, find_caller(rooms, request));
    const auto id = CustomerId::parse(request.parameter("id"));
    if (!caller) return Error(Code::denied, "");
    TRY_OK(caller->check_acknowledged());
    if (id && (caller->is(*id) || caller->has_role(roles))) return *id;
    return Error(Code::not_found, "there is no such customer");
}

}  // namespace avow::api
