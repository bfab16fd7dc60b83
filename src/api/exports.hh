// SPDX-License-Identifier: Apache-2.0
// Everything held of a customer as JSON, sent in parts: shared by the API and the operator's
// commands.
#pragma once

#include "gate/gate.hh"
#include "http/message.hh"
#include "services/exports/exports.hh"

namespace avow::api {

// Notes the reading first. The answer's parts are made while it is sent.
http::Response answer_export(gate::Gate& gate, const services::Exports& exports,
                             const CustomerId& customer, const gate::Actor& actor, Time now);

}  // namespace avow::api
