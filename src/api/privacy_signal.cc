// SPDX-License-Identifier: Apache-2.0
#include "api/privacy_signal.hh"

#include <algorithm>

namespace avow::api {

bool has_privacy_signal(const http::Request& request) {
    return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
        return header.name == "sec-gpc" && header.value == "1";
    });
}

}  // namespace avow::api
