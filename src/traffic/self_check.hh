// SPDX-License-Identifier: Apache-2.0
// The running room asked for what it promises: which columns the store truly has, what a visit that
// is read leaves behind, which rows the reports truly show.
#pragma once

#include <cstdint>

#include "traffic/traffic.hh"

namespace avow::traffic {

struct SelfCheck {
    std::int64_t columns = 0;            // that the store keeps
    std::int64_t published_columns = 0;  // … of which the published list has so many
    bool leaves_nobody = false;          // a visit was read, and neither address nor agent remained
    std::int64_t cookie_values = 0;      // that a visitor's browser can come to hold
    std::int64_t rows = 0;               // of reports made just now
    std::int64_t large_rows = 0;         // … of which so many count k or more
};
Result<SelfCheck> check_self(Traffic& traffic, Time now);

}  // namespace avow::traffic
