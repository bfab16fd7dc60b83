// SPDX-License-Identifier: Apache-2.0
// A court may order that a disclosure is not told before a day: until then it is in no timeline and
// in no export.
#pragma once

#include <boost/json/object.hpp>

#include "base/time.hh"

namespace avow::services {

// By the details of an act.
bool is_sealed(const boost::json::object& details, Time now);

}  // namespace avow::services
