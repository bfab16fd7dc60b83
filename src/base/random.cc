// SPDX-License-Identifier: Apache-2.0
#include "base/random.hh"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include <pthread.h>
#include <sys/random.h>

namespace avow {
namespace {

void from_kernel(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = getrandom(out.data() + done, out.size() - done, 0);
        if (got <= 0) {
            std::fputs("avow: the kernel gives no random bytes\n", stderr);
            std::abort();
        }
        done += static_cast<std::size_t>(got);
    }
}

// After fork() both processes would hand out the same bytes: the child starts afresh.
std::atomic<unsigned> forks{0};
const bool fork_watched = pthread_atfork(nullptr, nullptr, [] { ++forks; }) == 0;

struct Block {
    std::array<std::uint8_t, 4096> bytes;
    std::size_t used = sizeof bytes;
    unsigned fork = 0;
    ~Block() { wipe(bytes.data(), bytes.size()); }
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
    if (out.size() > 256 || !fork_watched) return from_kernel(out);
    thread_local Block block;
    if (block.used + out.size() > block.bytes.size() || block.fork != forks.load()) {
        from_kernel(block.bytes);
        block.used = 0;
        block.fork = forks.load();
    }
    const auto from = block.bytes.begin() + static_cast<std::ptrdiff_t>(block.used);
    std::copy_n(from, out.size(), out.begin());
    // Handed out once: what was given to a caller is not kept here.
    wipe(block.bytes.data() + block.used, out.size());
    block.used += out.size();
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    const std::lock_guard lock(mutex_);
    for (auto& byte : out) {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state_ += 0x9e3779b97f4a7c15u;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        byte = static_cast<std::uint8_t>(z ^ (z >> 31));
    }
}

}  // namespace avow
