// SPDX-License-Identifier: Apache-2.0
// What the benchmarks share: an error ends them, and how long something took.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/result.hh"

namespace avow {

using Stopwatch = std::chrono::steady_clock;

inline void must(const Status& status) {
    if (status) return;
    std::fprintf(stderr, "%s\n", status.error().describe().c_str());
    std::exit(1);
}

template <typename T>
T got(Result<T> result) {
    if (!result) must(result.error());
    return std::move(*result);
}

inline double seconds_since(Stopwatch::time_point began) {
    return std::chrono::duration<double>(Stopwatch::now() - began).count();
}

}  // namespace avow
