// SPDX-License-Identifier: Apache-2.0
// Requests found by their words. What is sought comes in a body: addresses stand in logs.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/reading.hh"
#include "api/request_shapes.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object finding_json(const services::Finding& finding, const PurposeToken& token) {
    return {{"request", desk_json(finding.request)},
            {"message", message_json(finding.message)},
            {"subject", finding.subject.reveal(token)},
            {"excerpt", finding.excerpt.reveal(token)}};
}

http::Response post_search(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    services::Sought sought{
        Personal<std::string>(reader.text("words", Need::required).value_or(""))};
    if (const auto before = reader.text("before", Need::optional)) {
        sought.before = MessageId::parse(*before);
        if (!sought.before) wrongs.add("/before", "is not what an answer before said as `next`");
    }
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto found, rooms.desk.search().find(sought, caller->actor()));
    bj::array items;
    for (const auto& finding : found.items) {
        items.push_back(finding_json(finding, rooms.gate.token_of(finding.used)));
    }
    return json_answer(200,
                       bj::object{{"items", std::move(items)},
                                  {"looked_through", found.looked_through},
                                  {"withheld", found.withheld},
                                  {"next", found.next ? bj::value(found.next->text()) : nullptr}});
}

}  // namespace

void add_desk_search_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::post, "/api/v1/desk/searches", post_search);
}

}  // namespace avow::api
