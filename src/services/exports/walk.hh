// SPDX-License-Identifier: Apache-2.0
// Page after page of what is held and of what was done, for who writes it down. Private to exports.
#pragma once

#include <functional>

#include <boost/json/object.hpp>

#include "gate/gate.hh"

namespace avow::services {

using VisitHeld = std::function<Status(const gate::HeldCollection&)>;
using VisitAct = std::function<Status(const gate::Act&, const boost::json::object& details)>;

Status each_held(gate::Gate& gate, const CustomerId& customer, const VisitHeld& visit);
// Newest first; what is sealed by an order at `now` is left out.
Status each_act(gate::Gate& gate, const CustomerId& customer, Time now, const VisitAct& visit);

std::string text_at(const boost::json::object& object, std::string_view name);

}  // namespace avow::services
