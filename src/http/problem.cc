// SPDX-License-Identifier: Apache-2.0
#include "http/problem.hh"

#include <boost/json.hpp>

#include "base/bytes.hh"
#include "base/log.hh"
#include "base/random.hh"

namespace avow::http {

Response problem(int status, std::string_view title, std::string_view detail,
                 const std::vector<InputError>& inputs) {
    SystemRandom random;
    const auto id = hex(random.take<8>());
    boost::json::object body{{"type", "about:blank"},
                             {"title", std::string(title)},
                             {"status", status},
                             {"detail", std::string(detail)},
                             {"error_id", id}};
    if (!inputs.empty()) {
        auto& errors = body["errors"].emplace_array();
        for (const auto& input : inputs) {
            errors.push_back({{"pointer", input.pointer}, {"detail", input.detail}});
        }
    }
    log::debug("problem", {{"status", status}, {"error_id", id}});
    auto response = Response::json(status, boost::json::serialize(body));
    response.set_header("content-type", "application/problem+json");
    return response;
}

}  // namespace avow::http
