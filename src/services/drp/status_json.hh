// SPDX-License-Identifier: Apache-2.0
// The status object of the protocol (§3.03), as it goes to an agent. Members that do not apply are
// left out.
#pragma once

#include <boost/json/object.hpp>

#include "services/drp/drp.hh"

namespace avow::services::drp {

// `portal`: where our pages are, as https://privacy.example.org.
boost::json::object status_json(const ExerciseStatus& told, const std::string& portal);

}  // namespace avow::services::drp
