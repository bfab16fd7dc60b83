// SPDX-License-Identifier: Apache-2.0
// Targets, queries and cookies as a client may send them.
#include <string>

#include "base/text.hh"
#include "http/message.hh"
#include "http/target.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto target = avow::http::parse_target(text)) {
        if (!target->path.starts_with('/') || avow::first_invalid_utf8(target->path))
            __builtin_trap();
        if (target->path.find("/../") != std::string::npos) __builtin_trap();
    }
    avow::http::Request request;
    request.query = text;
    request.headers.push_back({"cookie", text});
    (void)request.find_query("a");
    (void)request.find_cookie("a");
    return 0;
}
