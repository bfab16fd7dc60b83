// SPDX-License-Identifier: Apache-2.0
// The doors of the traffic room: events come in, reports go out. Here a request's address and user
// agent are handed over, and dropped.
#pragma once

#include <optional>
#include <string>

#include "api/rooms.hh"
#include "services/studies/digests.hh"
#include "traffic/traffic.hh"

namespace avow::api {

// The script's file as the front end's build names it (Site::find).
inline constexpr std::string_view kTrafficScript = "dist/traffic/avow.js";

// POST /t/event, /api/event (Plausible's door), /api/send (Umami's), GET /t/pixel.gif, /t/avow.js,
// /t/alphabet. All of them are open to other sites (http::Rules::open_paths).
void add_collector_routes(http::Router& router, traffic::Traffic& traffic, std::string_view script);
// GET /api/v1/traffic/{report}, for the role web.
void add_traffic_routes(http::Router& router, Rooms& rooms, traffic::Traffic& traffic);

// What the web team keeps of them: /api/v1/studies, and POST /api/v1/studies/shared for whoever has
// a link.
void add_study_routes(http::Router& router, Rooms& rooms, traffic::Traffic& traffic,
                      services::Digests& digests);

// The answer to `question` as JSON.
http::Response report_json(const traffic::Question& question, const traffic::Report& report,
                           const traffic::Traffic& traffic);
// DIMENSION:VALUE; nothing when there is no such dimension.
std::optional<traffic::Filter> filter_from(std::string_view text);
// The newest days up to today, as many.
void set_newest_days(traffic::Question& question, Time now, int days);

// The paths that pages of other sites may load and post to.
std::vector<std::string> paths_open_to_sites();

}  // namespace avow::api
