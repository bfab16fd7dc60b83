// SPDX-License-Identifier: Apache-2.0
// The pages of portal and console, each one program in the browser under several addresses, and the
// files that pages load.
#include "api/errors.hh"
#include "api/rooms.hh"
#include "api/site.hh"

namespace avow::api {
namespace {

constexpr const char* kPages[] = {"/sign-in",
                                  "/sign-up",
                                  "/account",
                                  "/account/profile",
                                  "/account/permissions",
                                  "/account/held",
                                  "/account/uses",
                                  "/account/requests",
                                  "/account/surveys",
                                  "/surveys",
                                  "/account/security",
                                  "/verify",
                                  "/undo",
                                  "/stop",
                                  "/reset",
                                  "/reset/new"};

http::Response get_page(const Site& site, std::string_view file) {
    const auto* page = site.find(file);
    if (page == nullptr) {
        return answer(Error(Code::not_found, "this program was built without its pages"));
    }
    http::Response response;
    response.set_header("content-type", std::string(type_of(".html")));
    response.body = http::Body::of_static(*page);
    return response;
}

// The front end's build names its files by their content: those may be kept for ever.
http::Response get_asset(const Site& site, const http::Request& request) {
    const auto path = "assets/" + std::string(request.parameter("rest"));
    const auto* built = site.find("dist/" + path);
    const auto* found = built != nullptr ? built : site.find("site/" + path);
    if (found == nullptr) return answer(Error(Code::not_found, "there is no such file"));
    http::Response response;
    response.set_header("content-type", std::string(type_of(path)));
    response.set_header("cache-control", built != nullptr ? "public, max-age=31536000, immutable"
                                                          : "public, max-age=3600");
    response.body = http::Body::of_static(*found);
    return response;
}

}  // namespace

void add_portal_routes(http::Router& router, const Site& site) {
    for (const auto* path : kPages) {
        router.add(http::Method::get, path, http::Runs::on_io,
                   [&site](const http::Request&) { return get_page(site, "dist/portal.html"); });
    }
    router.add(http::Method::get, "/assets/{rest...}", http::Runs::on_io,
               [&site](const http::Request& request) { return get_asset(site, request); });
}

// Every address below is the same page: what there is below /console, the console itself knows.
void add_console_routes(http::Router& router, const Site& site) {
    for (const auto* path : {"/console", "/console/{rest...}"}) {
        router.add(http::Method::get, path, http::Runs::on_io,
                   [&site](const http::Request&) { return get_page(site, "dist/console.html"); });
    }
}

}  // namespace avow::api
