// SPDX-License-Identifier: Apache-2.0
// Answers that were checked, on their way in. Private to this folder.
#pragma once

#include "services/survey/survey.hh"

namespace avow::services {

struct Surveys::Checked {
    std::string kept;   // JSON {"survey", "version", "title", "answers"}: what the customer reads
    std::string marks;  // JSON of marks_of()
};

struct Surveys::Standing {
    MarkKey key;
    std::optional<CustomerId> customer;  // nothing: an anonymous one
};

gate::Actor customer_actor();

}  // namespace avow::services
