// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hh"

namespace avow::services {

// Of requests whose turn is ours and whose deadline was before a moment.
struct Overdue {
    std::int64_t count = 0;
    std::int64_t nobodys = 0;  // assigned to nobody; of requests under the policy always 0
    Time oldest;               // the first and the last of their deadlines
    Time newest;
};

}  // namespace avow::services
