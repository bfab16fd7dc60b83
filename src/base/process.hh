// SPDX-License-Identifier: Apache-2.0
// What the process as a whole gives away when it dies or is looked at.
#pragma once

#include "base/result.hh"

namespace avow {

// No core file is ever written, and no other process of the same user may read our memory. Called
// once, before any key is read.
Status keep_memory_private();

}  // namespace avow
