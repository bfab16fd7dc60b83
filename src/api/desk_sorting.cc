// SPDX-License-Identifier: Apache-2.0
// How the desk sorts what came: the house's tags, and requests that are merged or split. No text
// opens here.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/desk.hh"
#include "api/reading.hh"
#include "api/request_shapes.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

http::Response get_tags(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    API_TRY(const auto tags, rooms.desk.tags().list());
    bj::array items;
    for (const auto& tag : tags) items.push_back({{"tag", tag}});
    return json_answer(200, bj::object{{"items", std::move(items)}, {"next", nullptr}});
}

http::Response post_tag(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    const auto word = reader.text("tag", Need::required).value_or("");
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto tag, rooms.desk.tags().make(word));
    return json_answer(201, bj::object{{"tag", tag}});
}

http::Response delete_tag(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    const auto gone = rooms.desk.tags().remove(request.parameter("tag"));
    if (!gone) return answer(gone.error());
    return http::Response::empty(204);
}

http::Response post_merge(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto into = RequestId::parse(reader.text("into", Need::required).value_or(""));
    if (!into && wrongs.none()) wrongs.add("/into", "is not a request's id");
    const auto revision = reader.number("revision", Need::optional);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto merged, rooms.desk.merge({id, *into, revision}, caller->actor()));
    return json_answer(200, desk_json(merged));
}

http::Response post_split(Rooms& rooms, const http::Request& request) {
    AGENT_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    const auto from = MessageId::parse(reader.text("message", Need::required).value_or(""));
    if (!from && wrongs.none()) wrongs.add("/message", "is not a message's id");
    const auto revision = reader.number("revision", Need::optional);
    END_OR_ANSWER(reader, wrongs);
    API_TRY(const auto made, rooms.desk.split({id, *from, revision}, caller->actor()));
    return json_answer(201, desk_json(made));
}

}  // namespace

void add_desk_sorting_routes(http::Router& router, Rooms& rooms) {
    const std::string tags = "/api/v1/desk/tags";
    const std::string one = "/api/v1/desk/requests/{request}";
    add_on_worker(router, rooms, http::Method::get, tags, get_tags);
    add_on_worker(router, rooms, http::Method::post, tags, post_tag);
    add_on_worker(router, rooms, http::Method::delete_, tags + "/{tag}", delete_tag);
    add_on_worker(router, rooms, http::Method::post, one + "/merge", post_merge);
    add_on_worker(router, rooms, http::Method::post, one + "/split", post_split);
}

}  // namespace avow::api
