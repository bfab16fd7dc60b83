// SPDX-License-Identifier: Apache-2.0
// The RFC 6962 Merkle tree as pure functions of hashes. No I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.hh"
#include "base/result.hh"
#include "crypto/hash.hh"

namespace avow::ledger {

using crypto::Hash;

Hash leaf_hash(ByteView entry);                       // SHA-256(0x00 ‖ entry), §2.1
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 ‖ left ‖ right)
Hash empty_root();                                    // SHA-256("")

// Checks of proofs that came from elsewhere; `invalid` says why one does not hold.
Status check_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                       const std::vector<Hash>& proof, const Hash& root);
Status check_consistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                         const std::vector<Hash>& proof, const Hash& new_root);

}  // namespace avow::ledger
