// SPDX-License-Identifier: Apache-2.0
// The admin routes of `avow drp agent`: POST /drp/agents {id, name, key, callback?}, GET
// /drp/agents, DELETE /drp/agents/{id}.
#pragma once

#include "app/house.hh"
#include "http/router.hh"

namespace avow::app {

void add_drp_admin_routes(http::Router& router, House& house);

}  // namespace avow::app
