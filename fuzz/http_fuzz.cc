// SPDX-License-Identifier: Apache-2.0
// Requests, targets, queries and cookies as a client may send them.
#include <algorithm>
#include <string>

#include "base/text.hh"
#include "http/message.hh"
#include "http/request_reader.hh"
#include "http/target.hh"

namespace {

// As a connection reads: piece by piece, each of as many bytes as come.
void read_request(std::string_view bytes, std::size_t piece) {
    avow::http::Limits limits;
    limits.header_bytes = 512;
    limits.body_bytes = 512;
    avow::http::RequestReader reader(limits);
    std::string unread;
    while (!reader.is_done() && !bytes.empty()) {
        unread += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        if (const auto wrong = reader.feed(unread)) {
            if (wrong->status < 400) __builtin_trap();
            return;
        }
    }
    if (!reader.is_done()) return;
    avow::http::Response refusal;
    const auto request = reader.take(refusal);
    if (!request) {
        if (refusal.status < 400) __builtin_trap();
        return;
    }
    if (request->body.size() > limits.body_bytes) __builtin_trap();
    for (const auto& header : request->headers) {
        if (std::any_of(header.name.begin(), header.name.end(),
                        [](char c) { return c >= 'A' && c <= 'Z'; })) {
            __builtin_trap();
        }
        if (header.value.find_first_of("\r\n") != std::string::npos) __builtin_trap();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto target = avow::http::parse_target(text)) {
        if (!target->path.starts_with('/') || avow::first_invalid_utf8(target->path))
            __builtin_trap();
        if (target->path.find("/../") != std::string::npos) __builtin_trap();
    }
    read_request(text, text.size());
    read_request(text, 1 + size % 7);
    avow::http::Request request;
    request.query = text;
    request.headers.push_back({"cookie", text});
    (void)request.find_query("a");
    (void)request.find_cookie("a");
    return 0;
}
