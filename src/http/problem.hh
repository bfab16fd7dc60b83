// SPDX-License-Identifier: Apache-2.0
// Errors as RFC 9457 problem+json, each with an id that the log line has too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "http/message.hh"

namespace avow::http {

Response problem(int status, std::string_view title, std::string_view detail,
                 const std::vector<InputError>& inputs = {});

}  // namespace avow::http
