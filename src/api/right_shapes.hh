// SPDX-License-Identifier: Apache-2.0
// The shapes of a request under the policy, shared by the customer's routes and the officer's.
#pragma once

#include <boost/json/object.hpp>

#include "api/reading.hh"
#include "api/rooms.hh"
#include "services/rights/rights.hh"

namespace avow::api {

boost::json::object right_json(Rooms& rooms, const services::Right& right);
// `fields` of a correction, each a text.
std::vector<gate::FieldValue> read_corrected(ObjectReader& reader);
// `kind`; what is wrong with it is gathered.
std::optional<services::RightKind> read_right_kind(ObjectReader& reader, Wrongs& wrongs);

// Declares the id in the path, or answers 404.
#define RIGHT_OR_ANSWER(id)                                                                 \
    const auto parsed_##id = services::RightId::parse(request.parameter("right"));          \
    if (!parsed_##id)                                                                       \
        return answer(Error(Code::not_found, "there is no such request under the policy")); \
    const services::RightId id = *parsed_##id

}  // namespace avow::api
