// SPDX-License-Identifier: Apache-2.0
// What a receipt says. Pure: from the policy of then and an act's details to JSON.
#pragma once

#include <boost/json/object.hpp>

#include "base/id.hh"
#include "policy/policy.hh"

namespace avow::services {

// `details`: of an act of kind permitted, withdrawn or collected, under `policy`.
boost::json::object compose_receipt(const policy::Policy& policy, const CustomerId& customer,
                                    const boost::json::object& details);

}  // namespace avow::services
