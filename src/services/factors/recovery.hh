// SPDX-License-Identifier: Apache-2.0
// Recovery codes, for who lost the second factor: ten of 120 random bits, shown once, each works
// once (standards.md, Web; ASVS 5.0 6.5.2). Pure: the caller keeps the hashes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hh"
#include "crypto/hash.hh"

namespace avow::services {

inline constexpr int kRecoveryCodes = 10;

struct RecoveryCode {
    std::string text;   // what the holder keeps: six groups of four, as in K7Q2-…
    crypto::Hash hash;  // what we keep
};

std::vector<RecoveryCode> make_recovery_codes(Random& random);
std::vector<std::string> texts_of(const std::vector<RecoveryCode>& codes);

// However it is typed: in either case, with or without hyphens and spaces, O for 0, I or L for 1.
// Nothing when it cannot be a recovery code. 120 bits need no slow hash: there is nothing to guess.
std::optional<crypto::Hash> hash_of_recovery_code(std::string_view typed);

}  // namespace avow::services
