// SPDX-License-Identifier: Apache-2.0
// Private to this folder: one row of drp_requests.
#pragma once

#include <optional>
#include <string>

#include "services/drp/drp.hh"

namespace avow::services::drp {

struct Drp::Row {
    std::optional<ExerciseId> id;  // always there
    std::string agent;
    std::string named;  // '#' and the agent's own id; else our own
    Bytes sealed;
    std::optional<CustomerId> customer;
    std::optional<RightId> right;
    bool follows = false;
    Exercise exercise = Exercise::access;
    RightRegime regime = RightRegime::gdpr;
    std::string callback;
    Time received;
    std::optional<Standing> ended;
    Time until;  // when the row goes; 0: it does not
    std::int64_t open_ms = 0;
    std::string told;  // to the callback, last
    std::int64_t next_ms = 0;
    std::int64_t tries = 0;
};

}  // namespace avow::services::drp
