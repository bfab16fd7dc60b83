// SPDX-License-Identifier: Apache-2.0
#include "api/errors.hh"

#include <boost/json.hpp>

#include "base/log.hh"
#include "http/problem.hh"

namespace avow::api {
namespace {

int status_of(Code code) {
    switch (code) {
        case Code::invalid:
            return 422;
        case Code::denied:
            return 403;
        case Code::not_found:
            return 404;
        case Code::conflict:
            return 409;
        case Code::unavailable:
            return 503;
        case Code::corrupt:
            return 500;
        case Code::too_large:
            return 413;
        case Code::too_often:
            return 429;
        case Code::internal:
            return 500;
    }
    return 500;
}

std::string_view title_of(Code code) {
    switch (code) {
        case Code::invalid:
            return "The input is not right";
        case Code::denied:
            return "Not allowed";
        case Code::not_found:
            return "Not found";
        case Code::conflict:
            return "Changed meanwhile";
        case Code::unavailable:
            return "Not available now";
        case Code::corrupt:
            return "The store is damaged";
        case Code::too_large:
            return "Too large";
        case Code::too_often:
            return "Tried too often";
        case Code::internal:
            return "A fault of ours";
    }
    return "A fault of ours";
}

}  // namespace

http::Response answer(const Error& error) {
    auto response = http::problem(status_of(error.code()), title_of(error.code()),
                                  error.words().value, error.inputs());
    if (error.code() == Code::unavailable) response.set_header("retry-after", "1");
    if (error.wait_s() > 0) response.set_header("retry-after", std::to_string(error.wait_s()));
    if (status_of(error.code()) >= 500) {
        // Code and cause are ours; what the client sent stays out.
        log::error("request_failed",
                   {{"code", name_of(error.code())}, {"cause", error.cause().value}});
    }
    return response;
}

http::Response unreadable(const Error& error) {
    const int status = error.code() == Code::denied ? 415 : 400;
    return http::problem(status, "The body cannot be read", error.words().value, error.inputs());
}

http::Response unauthorized() {
    auto response = http::problem(401, "Sign in first",
                                  "this needs a session of the portal or a bearer token", {});
    response.set_header("www-authenticate", "Bearer realm=\"avow\"");
    return response;
}

http::Response forbidden(std::string words) {
    return http::problem(403, "Not allowed", words, {});
}

}  // namespace avow::api
