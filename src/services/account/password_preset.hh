// SPDX-License-Identifier: Apache-2.0
// What an operator may ask of passwords, by name: the standard, or what others ask for, and which
// published requirement each of them breaks. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::services {

struct PasswordRules {
    std::string_view name = "standard";
    std::size_t length_min = 12;      // characters
    bool letters_and_digits = false;  // both are wanted
    std::int64_t former = 0;          // so many of one's last passwords are refused
    std::int64_t max_age_days = 0;    // without a second factor; 0: for as long as one likes
    std::vector<std::string_view> breaks = {};  // the requirements, with what they say
};

// `invalid` when there is none of this name.
Result<PasswordRules> password_preset(std::string_view name);

}  // namespace avow::services
