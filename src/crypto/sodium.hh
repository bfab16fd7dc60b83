// SPDX-License-Identifier: Apache-2.0
// libsodium wants one call before all others. Every entry of this room makes it; it costs one load.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <sodium.h>

namespace avow::crypto {

inline void start_sodium() {
    static const bool started = [] {
        if (sodium_init() >= 0) return true;
        std::fputs("avow: libsodium does not start\n", stderr);
        std::abort();
    }();
    static_cast<void>(started);
}

}  // namespace avow::crypto
