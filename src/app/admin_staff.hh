// SPDX-License-Identifier: Apache-2.0
// The operator's routes of the admin socket about employees: POST /staff {name, email, roles,
// language}, GET /staff, DELETE /staff/{id}.
#pragma once

#include "app/house.hh"
#include "http/router.hh"

namespace avow::app {

void add_staff_admin_routes(http::Router& router, House& house);

// The link that an invited employee opens. Its secret stands in the fragment, which no server sees.
std::string join_link(const House& house, const services::Invited& invited);

}  // namespace avow::app
