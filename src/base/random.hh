// SPDX-License-Identifier: Apache-2.0
// Randomness comes in through constructors, so that a test can replay it from a printed seed.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "base/bytes.hh"

namespace avow {

class Random {
  public:
    virtual ~Random() = default;
    // Fills every byte. Thread-safe.
    virtual void fill(std::span<std::uint8_t> out) = 0;

    template <std::size_t N>
    ByteArray<N> take() {
        ByteArray<N> out;
        fill(out);
        return out;
    }
};

// The kernel's generator, drawn in blocks per thread: one getrandom() per nonce costs more than the
// encryption it serves.
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> out) override;
};

// Reproducible from its seed. For tests only: never for keys.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override;

  private:
    std::mutex mutex_;  // guards state_
    std::uint64_t state_;
};

}  // namespace avow
