// SPDX-License-Identifier: Apache-2.0
// Fault points: places where the tests kill the process. They compile to nothing unless the build
// has AVOW_FAULTS, and then act only on the point that AVOW_FAULT_AT names ("name" or "name:nth").
// AVOW_FAULT_CLOCK_MS moves the system's clock, so that a test need not wait for years.
// A step that AVOW_FAULT_SKIP names is left out: so a test shows that it notices.
#pragma once

#include <cstdint>

namespace avow {
#ifdef AVOW_FAULTS
void fault_point(const char* name);
bool fault_skips(const char* step);
std::int64_t fault_clock_ms();
#else
inline void fault_point(const char*) {}
inline bool fault_skips(const char*) {
    return false;
}
inline std::int64_t fault_clock_ms() {
    return 0;
}
#endif
}  // namespace avow
