// SPDX-License-Identifier: Apache-2.0
// Whether an answer has the shape that the Data Rights Protocol gives it (§3.02, §3.03, §3.06).
// Pure; each fault in words, none when it fits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/https_call.hh"

namespace avow::app {

std::vector<std::string> faults_of_status(const HttpsAnswer& answer);
// 4xx and {code, message, fatal?}.
std::vector<std::string> faults_of_refusal(const HttpsAnswer& answer);

// A member of the answer's object as text; empty when it has none.
std::string member_of(const HttpsAnswer& answer, std::string_view name);

}  // namespace avow::app
