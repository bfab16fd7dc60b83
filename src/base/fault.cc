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

}  // namespace avow
#endif
