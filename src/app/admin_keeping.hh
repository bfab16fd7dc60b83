// SPDX-License-Identifier: Apache-2.0
// The operator's routes of the admin socket that keep the house: customers, keys, retention.
#pragma once

#include "app/house.hh"
#include "http/router.hh"

namespace avow::app {

void add_keeping_routes(http::Router& router, House& house);

}  // namespace avow::app
