// SPDX-License-Identifier: Apache-2.0
// What each permission meant in practice: of the last twelve months' entries how many were messages
// and uses, and by which evidence it stands.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "gate/gate.hh"

namespace avow::api {

struct Counted {
    std::int64_t messages = 0;
    std::int64_t uses = 0;
    std::int64_t refused = 0;
};

// A yes or a no as it was said.
struct Word {
    Time at;
    std::string purpose;
    bool granted = false;
    std::string evidence;   // empty: none was given
    std::string overrules;  // entry of the yes that a signal withholds; empty
};

struct Practice {
    std::map<std::string, Counted, std::less<>> by_purpose;
    std::map<std::string, Word, std::less<>> words;  // by entry
    bool more = false;                               // than were counted
};

Result<Practice> practice_of(gate::Gate& gate, const CustomerId& customer, Time now);
// Adds to a permission as it is told.
void add_practice(boost::json::object& permission, const Practice& practice);

// Every yes and no that the customer ever said, by its entry.
Result<std::map<std::string, Word, std::less<>>> words_of(gate::Gate& gate,
                                                          const CustomerId& customer);

}  // namespace avow::api
