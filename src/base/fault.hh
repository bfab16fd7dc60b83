// SPDX-License-Identifier: Apache-2.0
// Fault points: places where the tests kill the process. They compile to nothing unless the build
// has AVOW_FAULTS, and then act only on the point that AVOW_FAULT_AT names ("name" or "name:nth").
#pragma once

namespace avow {
#ifdef AVOW_FAULTS
void fault_point(const char* name);
#else
inline void fault_point(const char*) {}
#endif
}  // namespace avow
