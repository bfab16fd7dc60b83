// SPDX-License-Identifier: Apache-2.0
// Ed25519 (RFC 8032). Signing is deterministic; verification refuses signatures with a second
// spelling and keys of small order. Thread-safe.
#pragma once

#include "base/bytes.hh"
#include "base/random.hh"
#include "crypto/key.hh"

namespace avow::crypto {

using PublicKey = ByteArray<32>;
using Signature = ByteArray<64>;

class SigningKey {
  public:
    // The seed of RFC 8032 §5.1.5: keep it like any key.
    explicit SigningKey(Key seed);
    const PublicKey& public_key() const { return public_key_; }
    Signature sign(ByteView message) const;

  private:
    Key seed_;
    PublicKey public_key_;
};

bool verify(const PublicKey& key, ByteView message, ByteView signature);

}  // namespace avow::crypto
