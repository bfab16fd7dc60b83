// SPDX-License-Identifier: Apache-2.0
// Passkeys as a relying party checks them (W3C Web Authentication Level 3, §7.1 and §7.2). No
// attestation is asked for, so none is believed: what counts is the key and who holds it. Keys are
// ES256, RS256 and EdDSA. Errors are `invalid` and say which step of the specification was not met;
// no word of the input is in them. Pure: no clock, no store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/result.hh"

namespace avow::crypto::webauthn {

inline constexpr std::size_t kInputMax = 64 * 1024;  // LIMIT: bytes of one part of an answer
inline constexpr std::size_t kCredentialIdMax = 1023;

// COSE algorithms, the one that we would rather have first.
inline constexpr int kAlgorithms[] = {-8, -7, -257};

struct Site {
    std::string id;      // a domain
    std::string origin;  // scheme, host and port, as browsers write it
    // A passkey stands for a password and a second factor only when the device asked who it is.
    bool wants_user_verified = true;
};

struct Credential {
    Bytes id;
    Bytes public_key;         // COSE_Key
    std::uint32_t count = 0;  // of signatures; stays 0 where the device does not count
    bool backup_eligible = false;
    bool backed_up = false;
};

struct Registration {
    std::string client_data;  // JSON, as it was signed
    Bytes attestation;        // CBOR
};

struct Assertion {
    std::string client_data;
    Bytes authenticator_data;
    Bytes signature;
};

struct Asserted {
    std::uint32_t count = 0;
    bool backed_up = false;
    bool went_back = false;  // the count did: the key may have been copied
};

Result<Credential> check_registration(const Site& site, ByteView challenge,
                                      const Registration& registration);
Result<Asserted> check_assertion(const Site& site, ByteView challenge, const Assertion& assertion,
                                 const Credential& credential);

}  // namespace avow::crypto::webauthn
