// SPDX-License-Identifier: Apache-2.0
#include "services/exports/sealed.hh"

#include <boost/json.hpp>

namespace avow::services {

bool is_sealed(const boost::json::object& details, Time now) {
    const auto* until = details.if_contains("sealed_until");
    if (until == nullptr || !until->is_string()) return false;
    const auto time = from_rfc3339(until->get_string());
    // A day that cannot be read is not over.
    return !time || now < *time;
}

}  // namespace avow::services
