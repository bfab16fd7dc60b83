// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint). Pure functions of text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hh"
#include "crypto/sign.hh"
#include "ledger/merkle.hh"

namespace avow::ledger {

struct VerifierKey {
    std::string name;
    crypto::PublicKey key{};
};

// name+hash8hex+base64(0x01 ‖ key). `invalid` when it is none, or its hash does not fit.
Result<VerifierKey> parse_verifier_key(std::string_view text);
std::string spell(const VerifierKey& key);

struct CheckpointText {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
};

// Any text of whole lines, signed. WALL: its first lines must not be those of a checkpoint.
std::string sign_note(std::string_view body, std::string_view name, const crypto::SigningKey& key);
// The text of a note that has exactly one signature, by this key, and nothing else: a changed byte
// anywhere is refused. `invalid` when it is no note, `corrupt` when the signature is not the key's.
Result<std::string_view> open_note(std::string_view note, const VerifierKey& key);

std::string sign_checkpoint(const CheckpointText& checkpoint, std::string_view name,
                            const crypto::SigningKey& key);
// `invalid` when it is no checkpoint, `corrupt` when the key's signature is absent or wrong.
Result<CheckpointText> open_checkpoint(std::string_view note, const VerifierKey& key);
// The same for the one that we signed and kept: whatever is wrong with it, it was changed,
// `corrupt`.
Result<CheckpointText> open_own_checkpoint(std::string_view note, const VerifierKey& key);

}  // namespace avow::ledger
