// SPDX-License-Identifier: Apache-2.0
#include "api/request_shapes.hh"

#include <charconv>

#include <boost/json.hpp>

#include "api/shapes.hh"

namespace avow::api {

namespace bj = boost::json;

bj::object request_json(const services::Request& request) {
    return {
        {"request", request.id.text()},
        {"channel", request.channel},
        {"state", std::string(services::name_of(request.state))},
        {"deadline", request.deadline ? bj::value(rfc3339(*request.deadline)) : bj::value(nullptr)},
        {"created", rfc3339(request.created)},
        {"updated", rfc3339(request.updated)}};
}

bj::object message_json(const services::RequestMessage& message) {
    bj::object told{{"message", message.id.text()},
                    {"direction", std::string(services::name_of(message.direction))},
                    {"channel", message.channel},
                    {"at", rfc3339(message.at)},
                    {"collection", message.collection.text()}};
    if (!message.author.empty()) told["author"] = message.author;
    if (!message.carried.empty()) told["carried"] = message.carried;
    if (message.automatic) told["automatic"] = true;
    if (message.left_out > 0) told["attachments_left_out"] = message.left_out;
    return told;
}

bj::object attachment_json(const services::Attachment& attachment, const PurposeToken& token) {
    bj::object told{{"number", attachment.number}, {"bytes", attachment.bytes}};
    if (attachment.type) told["type"] = attachment.type->reveal(token);
    if (attachment.name) told["name"] = attachment.name->reveal(token);
    return told;
}

Result<RequestId> services_request_of(const http::Request& request) {
    const auto id = RequestId::parse(request.parameter("request"));
    if (!id) return Error(Code::not_found, "there is no such request");
    return *id;
}

Result<RequestPage> read_request_page(const http::Request& request) {
    // The limit is read as everywhere; the cursor is a request's id.
    auto without_cursor = request;
    RequestPage page;
    if (const auto cursor = request.find_query("cursor")) {
        page.before = RequestId::parse(*cursor);
        if (!page.before) {
            return Error(Code::invalid, "cursor must be the `next` of an earlier answer");
        }
    }
    without_cursor.query.clear();
    if (const auto limit = request.find_query("limit")) without_cursor.query = "limit=" + *limit;
    TRY(const auto read, read_page(without_cursor));
    page.limit = read.limit;
    return page;
}

}  // namespace avow::api
