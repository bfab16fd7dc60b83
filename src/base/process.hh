// SPDX-License-Identifier: Apache-2.0
// What the process as a whole gives away when it dies or is looked at, what it may run on, and
// other programs that it asks for a secret.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hh"

namespace avow {

// No core file is ever written, and no other process of the same user may read our memory. Called
// once, before any key is read.
Status keep_memory_private();

// What is freed stays with the process for its next use, up to so many bytes of each of the
// allocator's arenas: for work that takes and frees the same again and again, and would have the
// system clear it anew each time. It is slower without, and nothing else: a system that does not
// know it goes on.
void keep_freed_memory(std::size_t bytes);

// Cores that the process may run on, at least one: a container, a service's CPUAffinity or taskset
// may give it fewer than the machine has, and std::thread::hardware_concurrency() counts those.
std::size_t cores();

inline constexpr std::size_t kOutputMax = 4096;  // LIMIT: bytes that a command may give
// What a command prints: a secret, so the caller wipes it. `where` names the key that has the
// command. `unavailable` when it fails.
Result<std::string> output_of_command(const std::string& command, const std::string& where);

}  // namespace avow
