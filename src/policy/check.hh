// SPDX-License-Identifier: Apache-2.0
// What `avow policy check` says: all findings, or what the policy declares and which rules it uses.
#pragma once

#include <string>

#include <boost/json/fwd.hpp>

#include "policy/compile.hh"

namespace avow::policy {

// For people; ends with a line end.
std::string check_text(const Compiled& compiled);

// {"ok", "version", "quotes_bound", "unbound", "findings": [{file, line, column, code, message,
// suggestion}], "findings_left_off"}. The version is null when the file does not tell it.
boost::json::object check_json(const Compiled& compiled);

}  // namespace avow::policy
