// SPDX-License-Identifier: Apache-2.0
// The doors of the traffic room: events come in, reports go out. Here a request's address and user
// agent are handed over, and dropped.
#pragma once

#include <string>

#include "api/rooms.hh"
#include "traffic/traffic.hh"

namespace avow::api {

// The script's file as the front end's build names it (Site::find).
inline constexpr std::string_view kTrafficScript = "dist/traffic/avow.js";

// POST /t/event, /api/event (Plausible's door), /api/send (Umami's), GET /t/pixel.gif, /t/avow.js,
// /t/alphabet. All of them are open to other sites (http::Rules::open_paths).
void add_collector_routes(http::Router& router, traffic::Traffic& traffic, std::string_view script);
// GET /api/v1/traffic/{report}, for the role web.
void add_traffic_routes(http::Router& router, Rooms& rooms, traffic::Traffic& traffic);

// The paths that pages of other sites may load and post to.
std::vector<std::string> paths_open_to_sites();

}  // namespace avow::api
