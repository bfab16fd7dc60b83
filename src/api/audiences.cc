// SPDX-License-Identifier: Apache-2.0
// POST /api/v1/audiences: how many customers a purpose reaches, and why it does not reach the
// others. Counts alone.
#include <mutex>

#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/caller.hh"
#include "api/errors.hh"
#include "api/reading.hh"
#include "api/rooms.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

// Every customer is looked at: one such walk at a time is enough for a machine.
std::mutex counting;

http::Response post_audience(Rooms& rooms, const http::Request& request) {
    API_TRY(const auto caller, find_staff(rooms, request));
    if (!caller) return unauthorized();
    if (!caller->has_role({"marketer"})) return forbidden("this is for the role marketer");
    if (auto read = caller->check_acknowledged(); !read) return answer(read.error());
    BODY_OR_ANSWER(reader, wrongs);
    const auto purpose = reader.text("purpose", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    const std::unique_lock lock(counting, std::try_to_lock);
    if (!lock) {
        return answer(
            Error(Code::unavailable, "an audience is being counted already: try again shortly")
                .after(2));
    }
    API_TRY(const auto audience,
            rooms.gate.audience(purpose, caller->actor(), services::Accounts::may_be_written_to));
    bj::object excluded;
    if (audience.unconfirmed > 0) excluded["unconfirmed"] = audience.unconfirmed;
    for (const auto& [because, count] : audience.excluded)
        excluded[policy::name_of(because)] = count;
    return json_answer(200, bj::object{{"purpose", purpose},
                                       {"reachable", audience.reachable},
                                       {"excluded", std::move(excluded)}});
}

}  // namespace

void add_audience_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, "/api/v1/audiences", post_audience);
}

}  // namespace avow::api
