// SPDX-License-Identifier: Apache-2.0
// Passwords at rest: Argon2id (RFC 9106), 64 MiB, 3 passes, one lane, as a PHC string. At most as
// many at once as there are cores: others wait, so that a flood of sign-ins cannot eat the memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/result.hh"
#include "crypto/key.hh"

namespace avow::crypto {

inline constexpr std::size_t kPasswordMax = 4096;  // LIMIT: bytes of a password we hash

inline constexpr std::size_t kStretchSaltSize = 16;

// A key from a passphrase: Argon2id, 256 MiB, 4 passes. Once at a start, so it may take a second.
// The same passphrase and salt give the same key for ever.
Result<Key> stretch(std::string_view passphrase, ByteView salt);

// Thread-safe.
class PasswordHasher {
  public:
    PasswordHasher();
    ~PasswordHasher();
    // `too_large` over the limit, `unavailable` when there is no memory for it.
    Result<std::string> hash(std::string_view password) const;
    bool verify(std::string_view phc, std::string_view password) const;
    // The work of a verification that fails: for accounts that do not exist.
    void verify_nothing(std::string_view password) const;
    bool needs_rehash(std::string_view phc) const;

  private:
    struct Inner;
    std::unique_ptr<Inner> inner_;
};

}  // namespace avow::crypto
