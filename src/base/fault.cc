// SPDX-License-Identifier: Apache-2.0
#include "base/fault.hh"

#ifdef AVOW_FAULTS
#include <atomic>
#include <cstdlib>
#include <string>

#include <signal.h>
#include <unistd.h>

namespace avow {

void fault_point(const char* name) {
    static const std::string wanted = [] {
        const char* value = std::getenv("AVOW_FAULT_AT");
        return std::string(value == nullptr ? "" : value);
    }();
    static std::atomic<long> seen{0};
    if (wanted.empty()) return;
    const auto colon = wanted.find(':');
    if (wanted.compare(0, colon, name) != 0) return;
    const long nth = colon == std::string::npos ? 1 : std::atol(wanted.c_str() + colon + 1);
    if (++seen == nth) kill(getpid(), SIGKILL);
}

bool fault_skips(const char* step) {
    const char* skipped = std::getenv("AVOW_FAULT_SKIP");
    return skipped != nullptr && std::string(skipped) == step;
}

std::int64_t fault_clock_ms() {
    static const std::int64_t moved = [] {
        const char* value = std::getenv("AVOW_FAULT_CLOCK_MS");
        return value == nullptr ? 0 : std::atoll(value);
    }();
    return moved;
}

}  // namespace avow
#endif
