// SPDX-License-Identifier: Apache-2.0
// tlog-proof files (c2sp.org/tlog-proof@v1): an inclusion proof that checks offline for ever. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/note.hh"

namespace avow::ledger {

struct Proof {
    std::string extra;  // the opening, for the customer's own entries; may be empty
    std::uint64_t index = 0;
    std::vector<Hash> hashes;
    std::string checkpoint;  // the signed note
};

std::string spell(const Proof& proof);
Result<Proof> parse_proof(std::string_view text);
// The checkpoint's signature, and that `entry` is leaf `proof.index` of its tree.
Status check_proof(const Proof& proof, const VerifierKey& key, std::string_view entry);

}  // namespace avow::ledger
