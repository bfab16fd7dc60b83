// SPDX-License-Identifier: Apache-2.0
// Acts that change a data directory, whoever runs it: through the admin socket of the server that
// holds it, or on the directory itself when none does.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/house.hh"
#include "http/router.hh"

namespace avow::app {

// Routes of the admin socket: whoever may open the socket is the operator.
http::Router admin_routes(House& house);
// GET /routes: what `served` answers, so that its description can be held to it.
void add_listing(http::Router& admin, const http::Router& served);

// One request to the admin routes; the answer's JSON body. The error of a problem is its detail.
Result<std::string> ask_admin(const std::filesystem::path& data, http::Method method,
                              const std::string& path, const std::string& body);

// The same of a running server alone; nothing when none runs.
std::optional<Result<std::string>> ask_running(const std::filesystem::path& data,
                                               http::Method method, const std::string& path,
                                               const std::string& body);

// POST /traffic/import {file, site?, format?} (traffic.cc).
Result<std::string> import_for_admin(House& house, const http::Request& request);

}  // namespace avow::app
