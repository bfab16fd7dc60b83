// SPDX-License-Identifier: Apache-2.0
// The only table from errors to HTTP.
#pragma once

#include "base/result.hh"
#include "http/message.hh"

namespace avow::api {

http::Response answer(const Error& error);
// For a body that is no JSON: 400, or 415 when it does not say that it is.
http::Response unreadable(const Error& error);
http::Response unauthorized();  // 401, with WWW-Authenticate
http::Response forbidden(std::string words);

// TRY for handlers: answers with the error.
#define API_TRY_(temporary, declaration, ...)                      \
    auto temporary = (__VA_ARGS__);                                \
    if (!temporary) return ::avow::api::answer(temporary.error()); \
    declaration = std::move(*temporary)
#define API_TRY(declaration, ...) \
    API_TRY_(AVOW_NAME_(api_try_, __COUNTER__), declaration, __VA_ARGS__)

}  // namespace avow::api
