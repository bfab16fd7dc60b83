// SPDX-License-Identifier: Apache-2.0
// Key material in memory that is locked against swap, kept out of core dumps, and zeroed when freed
// (libsodium's guarded allocation is per page; keys here share locked pages). Not copyable by
// accident.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hh"
#include "base/random.hh"

namespace avow::crypto {

// 32 bytes. Move-only; clone() says so when a second copy is meant.
class Key {
  public:
    static constexpr std::size_t kSize = 32;
    static Key random(Random& random);
    static Key from(std::span<const std::uint8_t, kSize> bytes);

    Key(Key&& other) noexcept;
    Key& operator=(Key&& other) noexcept;
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key();

    Key clone() const;
    std::span<const std::uint8_t, kSize> bytes() const;

  private:
    Key();
    std::uint8_t* memory_;
};

}  // namespace avow::crypto
