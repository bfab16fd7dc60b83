// SPDX-License-Identifier: Apache-2.0
// /api/v1/requests: what a customer asked us, and what was answered. Another's is answered like one
// that does not exist.
#include <boost/json.hpp>

#include "api/account_session.hh"
#include "api/errors.hh"
#include "api/once.hh"
#include "api/reading.hh"
#include "api/request_shapes.hh"
#include "api/shapes.hh"

namespace avow::api {
namespace {

namespace bj = boost::json;

bj::object own_json(const services::OwnThread& own, const PurposeToken& token) {
    auto told = request_json(own.request);
    told["subject"] = own.subject ? bj::value(own.subject->reveal(token)) : bj::value(nullptr);
    return told;
}

bj::object thread_json(const services::OwnThread& own, const PurposeToken& token) {
    auto told = own_json(own, token);
    bj::array messages;
    for (const auto& one : own.messages) {
        auto message = message_json(one.message);
        bj::array files;
        for (const auto& file : own.attachments) {
            if (file.message == one.message.id) files.push_back(attachment_json(file, token));
        }
        if (!files.empty()) message["attachments"] = std::move(files);
        message["text"] = one.text ? bj::value(one.text->reveal(token)) : bj::value(nullptr);
        messages.push_back(std::move(message));
    }
    told["messages"] = std::move(messages);
    return told;
}

// Declares the request's id in the path, or answers 404.
#define REQUEST_OR_ANSWER(id)                              \
    const auto parsed_##id = services_request_of(request); \
    if (!parsed_##id) return answer(parsed_##id.error());  \
    const RequestId id = *parsed_##id

http::Response get_requests(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    API_TRY(const auto page, read_request_page(request));
    API_TRY(const auto list, rooms.desk.own_requests(*caller->customer(), page.before, page.limit));
    bj::array items;
    for (const auto& own : list.requests) {
        items.push_back(own_json(own, rooms.gate.own_data_token()));
    }
    return json_answer(
        200, bj::object{{"items", std::move(items)},
                        {"next", list.next ? bj::value(list.next->text()) : bj::value(nullptr)}});
}

http::Response post_request(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    BODY_OR_ANSWER(reader, wrongs);
    services::Asked asked{
        Personal<std::string>(reader.text("subject", Need::required).value_or("")),
        Personal<std::string>(reader.text("text", Need::required).value_or("")),
        {}};
    END_OR_ANSWER(reader, wrongs);
    API_TRY(asked.once, read_once(request, caller->id()));
    API_TRY(const auto made, rooms.desk.ask(*caller->customer(), std::move(asked)));
    API_TRY(const auto thread, rooms.desk.own_thread(*caller->customer(), made.id));
    auto response = json_answer(201, thread_json(thread, rooms.gate.own_data_token()));
    response.set_header("location", "/api/v1/requests/" + made.id.text());
    return response;
}

http::Response get_request(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    API_TRY(const auto thread, rooms.desk.own_thread(*caller->customer(), id));
    return json_answer(200, thread_json(thread, rooms.gate.own_data_token()));
}

http::Response post_message(Rooms& rooms, const http::Request& request) {
    CUSTOMER_CALLER_OR_ANSWER(caller);
    REQUEST_OR_ANSWER(id);
    BODY_OR_ANSWER(reader, wrongs);
    Personal<std::string> text(reader.text("text", Need::required).value_or(""));
    END_OR_ANSWER(reader, wrongs);
    API_TRY(auto once, read_once(request, caller->id()));
    API_TRY([[maybe_unused]] const auto written,
            rooms.desk.write_more(*caller->customer(), id, std::move(text), std::move(once)));
    API_TRY(const auto thread, rooms.desk.own_thread(*caller->customer(), id));
    return json_answer(201, thread_json(thread, rooms.gate.own_data_token()));
}

}  // namespace

void add_request_routes(http::Router& router, Rooms& rooms) {
    add_on_worker(router, rooms, http::Method::get, "/api/v1/requests", get_requests);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/requests", post_request);
    add_on_worker(router, rooms, http::Method::get, "/api/v1/requests/{request}", get_request);
    add_on_worker(router, rooms, http::Method::post, "/api/v1/requests/{request}/messages",
                  post_message);
}

}  // namespace avow::api
