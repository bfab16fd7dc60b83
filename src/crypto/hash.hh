// SPDX-License-Identifier: Apache-2.0
// Hashes and keyed hashes. Thread-safe: each thread keeps a context of its own.
#pragma once

#include <string_view>

#include "base/bytes.hh"
#include "crypto/key.hh"

namespace avow::crypto {

using Hash = ByteArray<32>;
using Sha1Mac = ByteArray<20>;

Hash sha256(ByteView bytes);                       // FIPS 180-4
Hash sha256(ByteView first, ByteView second);      // of both, one after the other
Hash hmac_sha256(const Key& key, ByteView bytes);  // RFC 2104
// RFC 2104 with SHA-1, for RFC 4226 alone: what every authenticator has, and no collision of SHA-1
// touches it. `key` may be of any length.
Sha1Mac hmac_sha1(ByteView key, ByteView bytes);
Hash keyed_hash(const Key& key, ByteView bytes);  // BLAKE2b-256 (RFC 7693), keyed: our row marks

// A key of its own for each purpose: BLAKE2b-256 keyed with `root` over the label, length-prefixed,
// personalised "avow/derive/v1" so that no keyed_hash under the same key gives it.
Key derive(const Key& root, std::string_view label);

// Takes the same time whatever differs; false at once when the lengths do.
bool equal(ByteView a, ByteView b);

}  // namespace avow::crypto
