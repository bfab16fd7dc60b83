// SPDX-License-Identifier: Apache-2.0
// JSON answers, and the shapes that several nouns share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/id.hh"
#include "base/result.hh"
#include "gate/acts.hh"
#include "http/message.hh"
#include "policy/labels.hh"

namespace avow::api {

http::Response json_answer(int status, const boost::json::value& body);

// The id by which a use is known outside: the entry's own, with its prefix.
std::string use_id(const EntryId& entry);

boost::json::object receipt_json(const gate::Receipt& receipt);
boost::json::object use_json(const gate::Used& used, const PurposeToken& token);

using policy::channel_label;
using policy::field_label;
using policy::purpose_label;
using policy::sentence_text;

// ?limit= and ?cursor=; `invalid` when they are not right.
struct Page {
    int limit = 50;
    std::optional<EntryId> before;
};
Result<Page> read_page(const http::Request& request);

// ?lang=, when we ship it; empty otherwise.
std::string chosen_language(const http::Request& request);

// The first language of Accept-Language that we ship (en fr de ja ar), or ?lang=; "en" otherwise.
std::string language_of(const http::Request& request);

}  // namespace avow::api
