// SPDX-License-Identifier: Apache-2.0
// An answer that can be given again (decision 10): not its bytes but what makes it again, sealed.
// Values are not among it: they are opened anew, by the decision of now.
#pragma once

#include <boost/json/object.hpp>

#include "gate/gate.hh"

namespace avow::gate {

inline constexpr std::int64_t kAnswersKeptMs = kDayMs;

struct Gate::Answered {
    CustomerId customer;
    Time at;
    boost::json::object outcome;
};

// Made ready outside the writer: the unit only inserts.
struct Gate::PreparedAnswer {
    crypto::Hash key_hash;
    Time at;
    Bytes sealed;
};

}  // namespace avow::gate
