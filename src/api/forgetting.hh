// SPDX-License-Identifier: Apache-2.0
// The shapes of erasure and hold.
#pragma once

#include <boost/json/object.hpp>

#include "gate/gate.hh"

namespace avow::api {

boost::json::object plan_json(const gate::ErasurePlan& plan, const PurposeToken& token);
boost::json::object erased_json(const gate::Erased& erased);
boost::json::object hold_json(const gate::Hold& hold, const PurposeToken& token);

}  // namespace avow::api
