// SPDX-License-Identifier: Apache-2.0
// /stop: the way out of a letter that rests on a permission, for whoever has the letter. Opening
// the address changes nothing, so that a scanner of mails ends nothing; one POST does, as RFC 8058
// has it, with no cookie, no script and no question.
#include <algorithm>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/shapes.hh"
#include "policy/labels.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response take_back(Rooms& rooms, const http::Request& request, std::string_view link) {
    if (const auto may = allow_open_form(rooms, request); !may) return answer(may.error());
    API_TRY(const auto purpose, rooms.letters.take_back(link));
    const auto policy = rooms.policies.in_force();
    const auto label =
        policy == nullptr ? purpose : purpose_label(*policy, purpose, language_of(request));
    return json_answer(200, bj::object{{"purpose", purpose}, {"label", label}, {"granted", false}});
}

http::Response post_link(Rooms& rooms, const http::Request& request) {
    return take_back(rooms, request, request.parameter("link"));
}

http::Response post_stop(Rooms& rooms, const http::Request& request) {
    BODY_OR_ANSWER(reader, wrongs);
    const auto link = reader.text("link", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    return take_back(rooms, request, link);
}

// Who opens the header's address in a browser comes to the page with its button.
http::Response get_link(const http::Request& request) {
    const auto link = request.parameter("link");
    const bool fits = std::all_of(link.begin(), link.end(), [](char c) {
        return c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
    if (!fits) return answer(Error(Code::not_found, "there is no such letter"));
    http::Response response;
    response.status = 303;
    response.set_header("location", "/stop#" + std::string(link));
    return response;
}

}  // namespace

void add_stop_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, "/api/v1/public/stops", post_stop);
    add_on_worker(router, rooms, http::Method::post, "/stop/{link}", post_link);
    router.add(http::Method::get, "/stop/{link}", http::Runs::on_io, get_link);
}

}  // namespace avow::api
