// SPDX-License-Identifier: Apache-2.0
// What the customer's requests and the desk's share: their shapes, without a text.
#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "http/message.hh"
#include "services/desk/desk.hh"

namespace avow::api {

boost::json::object request_json(const services::Request& request);
boost::json::object message_json(const services::RequestMessage& message);

// Name and type where they may be read.
boost::json::object attachment_json(const services::Attachment& attachment,
                                    const PurposeToken& token);

// {request} of the path; `not_found` when it is no request's id.
Result<RequestId> services_request_of(const http::Request& request);

struct RequestPage {
    int limit = 50;
    std::optional<RequestId> before;
};
Result<RequestPage> read_request_page(const http::Request& request);

}  // namespace avow::api
