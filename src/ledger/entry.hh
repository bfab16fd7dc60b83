// SPDX-License-Identifier: Apache-2.0
// An entry of the ledger: what happened, without a word of whom. Canonical JSON (RFC 8785)
// {"c":…,"kind":…,"sid":…,"t":…,"v":1}; the details stay outside, sealed, and `c` commits to them:
//   c   = base64url(SHA-256("avow/entry/v1\0" ‖ salt ‖ canonical details))
//   sid = base64url(HMAC-SHA-256(the customer's ledger key, entry id)), absent for entries of
//   nobody
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/bytes.hh"
#include "base/id.hh"
#include "base/time.hh"
#include "crypto/hash.hh"

namespace avow::ledger {

enum class Kind {
    collected,
    permitted,
    withdrawn,
    used,
    refused,
    disclosed,
    noticed,
    messaged,
    requested,
    erased,
    key_rotated,
    policy_published,
    acknowledged,
    opened_by_break_glass,
    restored,
    held,      // a legal hold or a restriction was placed
    released,  // and lifted
};
std::string_view name_of(Kind kind);
std::optional<Kind> kind_from(std::string_view name);

// What opens a commitment: handed to the customer, sealed at rest.
struct Opening {
    ByteArray<32> salt;
    std::string details;  // canonical JSON
};

std::string commitment(const Opening& opening);
std::string blinded_id(const crypto::Key& ledger_key, const EntryId& entry);

// Hex SHA-256 of a text, for details that say which words were meant.
std::string text_digest(std::string_view text);

// The bytes that become a leaf.
std::string entry_bytes(Kind kind, Time at, std::string_view commitment,
                        const std::optional<std::string>& blinded_id);

}  // namespace avow::ledger
