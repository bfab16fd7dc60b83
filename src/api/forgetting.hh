// SPDX-License-Identifier: Apache-2.0
// The shapes of erasure, hold and export: shared by the API and the operator's commands.
#pragma once

#include <boost/json/object.hpp>

#include "gate/gate.hh"

namespace avow::api {

boost::json::object plan_json(const gate::ErasurePlan& plan, const PurposeToken& token);
boost::json::object erased_json(const gate::Erased& erased);
boost::json::object hold_json(const gate::Hold& hold, const PurposeToken& token);
// Everything held of a customer: values, permissions, holds, and every act with its details.
Result<boost::json::object> export_json(gate::Gate& gate, const CustomerId& customer,
                                        const gate::Actor& actor);

}  // namespace avow::api
