// SPDX-License-Identifier: Apache-2.0
// Sealing (standards.md, Sealing): XChaCha20-Poly1305, random 192-bit nonce.
// Blob: 0x01 | alg 0x01 | key id (4, big endian) | nonce (24) | ciphertext | tag (16).
// The first six bytes are bound to the ciphertext like the associated data.
// Guarantees: without the key nothing of the plaintext but its length; any changed byte of blob or
// associated data is refused. Does not guarantee: that a blob is the newest one for its place.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/bytes.hh"
#include "base/result.hh"
#include "crypto/key.hh"

namespace avow::crypto {

inline constexpr std::size_t kSealOverhead = 2 + 4 + 24 + 16;

// Parts of associated data or of a keyed hash, each preceded by its length (4 bytes, big endian),
// so that no two lists of parts give the same bytes.
Bytes length_prefixed(std::initializer_list<ByteView> parts);

Bytes seal(const Key& key, std::uint32_t key_id, ByteView plaintext, ByteView associated,
           Random& random);
// `corrupt` when a byte was changed, or key or associated data are others. The words name no value.
Result<Bytes> open(const Key& key, ByteView blob, ByteView associated);
// Which key a blob was sealed with; `corrupt` when it is no blob.
Result<std::uint32_t> key_id_of(ByteView blob);

}  // namespace avow::crypto
