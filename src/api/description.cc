// SPDX-License-Identifier: Apache-2.0
// The description of all of this (OpenAPI 3.1), as docs/openapi.yaml has it.
#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/site.hh"

namespace avow::api {

void add_description_routes(http::Router& router, const Site& site) {
    router.add(http::Method::get, "/api/v1/openapi.yaml", http::Runs::on_io,
               [&site](const http::Request&) {
                   const auto* found = site.find("docs/openapi.yaml");
                   if (found == nullptr)
                       return answer(Error(Code::internal, "the description is missing"));
                   http::Response response;
                   response.set_header("content-type", "application/yaml");
                   response.set_header("cache-control", "public, max-age=3600");
                   response.body = http::Body::of_static(*found);
                   return response;
               });
}

}  // namespace avow::api
