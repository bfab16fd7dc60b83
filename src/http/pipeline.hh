// SPDX-License-Identifier: Apache-2.0
// What every request passes before its handler, and every answer after it. One list, in order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.hh"

namespace avow::http {

struct Rules {
    std::vector<std::string>
        hosts;                // authorities we answer to: "localhost:8443", "127.0.0.1:8443" …
    bool public_site = true;  // false on the admin socket: no hosts, no browsers
    // Paths that pages of other sites may post to and load: they hold nothing of a customer, and
    // take no cookie.
    std::vector<std::string> open_paths = {};
};

// The answer that refuses the request, or nothing when it may pass.
std::optional<Response> refuse(const Request& request, const Rules& rules);

// Status line and headers, ready to send; the body follows unless the method is HEAD.
std::string response_head(const Response& response, bool keep_alive);

}  // namespace avow::http
