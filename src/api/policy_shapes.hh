// SPDX-License-Identifier: Apache-2.0
// A policy as JSON, with what each promise's probe says now: for programs as it is, for pages with
// the words of their language added.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "api/rooms.hh"
#include "api/words.hh"

namespace avow::api {

struct PolicyReading {
    const policy::Policy& policy;
    const std::vector<services::Evidence>& measured;
    const Words& words;
    std::string language;  // asked; the text falls back to the policy's own
};

boost::json::object policy_json(const Rooms& rooms, const PolicyReading& reading);

// The version that the address names, else the one in force; null when there is none.
policy::PolicyPtr asked_policy(const Rooms& rooms, const http::Request& request);

// "2 years", "until you close your account", in the language.
std::string retention_words(const policy::Retention& retention, const Words& words,
                            std::string_view language);

// A name of ours as the tail of a catalogue id: "use.stated-purpose" is use_stated_purpose.
std::string id_of(std::string_view name);

}  // namespace avow::api
