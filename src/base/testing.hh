// SPDX-License-Identifier: Apache-2.0
// GoogleTest matchers for Result. Test code only.
#pragma once

#include <gmock/gmock.h>

#include "base/result.hh"

namespace avow::testing {

MATCHER(IsOk, "is ok") {
    if (arg.has_value()) return true;
    *result_listener << arg.error().describe();
    return false;
}

MATCHER_P(Fails, code, std::string("fails with ") + std::string(name_of(code))) {
    if (arg.has_value()) {
        *result_listener << "it succeeded";
        return false;
    }
    *result_listener << arg.error().describe();
    return arg.error().code() == code;
}

}  // namespace avow::testing

// Declares `declaration` from a Result, or fails the test with the error's words.
#define ASSERT_GET(declaration, ...) \
    AVOW_ASSERT_GET_(AVOW_NAME_(got_, __COUNTER__), declaration, __VA_ARGS__)
#define AVOW_ASSERT_GET_(temporary, declaration, ...)                   \
    auto temporary = (__VA_ARGS__);                                     \
    ASSERT_TRUE(temporary.has_value()) << temporary.error().describe(); \
    declaration = std::move(*temporary)
