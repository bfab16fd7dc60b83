// SPDX-License-Identifier: Apache-2.0
// How mail stands, for /readyz and for the operator's /metrics on the admin socket. Reads the
// store; names no address.
#pragma once

#include <string>

#include "api/rooms.hh"
#include "app/house.hh"

namespace avow::app {

Result<api::MailStanding> mail_standing(House& house);

// In Prometheus' text format, version 0.0.4.
std::string metrics_text(const api::MailStanding& mail, std::uint64_t ledger_entries, Time now);

// GET /metrics, for the admin socket.
void add_metrics(http::Router& admin, House& house);

}  // namespace avow::app
