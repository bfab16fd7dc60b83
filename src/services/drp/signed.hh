// SPDX-License-Identifier: Apache-2.0
// The signed bodies of the Data Rights Protocol: base64 of a 64-byte Ed25519 signature followed by
// a JSON object (libsodium's combined form). Pure.
//
// Promises: the checks run in the protocol's order (§3.07) and the first that fails is the refusal;
// nothing of the JSON is looked at before the signature stands; whatever bytes come in, nothing is
// thrown and at most kSignedMax of them are decoded. Does not promise that a message is new: its
// digest is for the memory of those that were taken (drp.hh). Thread-safe.
// Source: Data Rights Protocol 0.9.4 (= 1.0), §2.01, §2.05, §3.07.
#pragma once

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>
#include <tl/expected.hpp>

#include "base/time.hh"
#include "crypto/hash.hh"
#include "crypto/sign.hh"

namespace avow::services::drp {

inline constexpr std::size_t kSignedMax = 65'536;             // LIMIT: bytes of a body, as sent
inline constexpr std::int64_t kWindowMaxMs = 15 * kMinuteMs;  // LIMIT: of a message's validity

// In the order of the checks. `replayed` is the last, and of drp.hh.
enum class Refusal {
    too_large,
    not_base64,
    bad_signature,     // or shorter than one
    not_json,          // or no object, or a member twice
    other_agent,       // agent-id
    other_business,    // business-id
    issued_in_future,  // issued-at, or no time that we can read
    expired,           // expires-at, or no time that we can read
    window_too_long,   // of ours: from issued-at to expires-at
    replayed,
};
std::string_view name_of(Refusal refusal);

// What the claims are held against. `names` of a revocation, whose body needs none: where any of
// the four is there, all of them are checked as of any other body.
enum class Names { required, if_any };
struct Expected {
    std::string_view agent;  // whose bearer token came with it, or that the address names
    const crypto::PublicKey& key;
    std::string_view business;
    Time now;
    Names names = Names::required;
};

struct Signed {
    boost::json::object body;
    crypto::Hash digest;          // of the bytes that were signed, with the signature
    std::optional<Time> expires;  // nothing: it names no times
};

tl::expected<Signed, Refusal> read_signed(std::string_view body, const Expected& expected);

// The other way: what an agent sends.
std::string sign_body(std::string_view json, const crypto::SigningKey& key);

}  // namespace avow::services::drp
