// SPDX-License-Identifier: Apache-2.0
// Codes of an authenticator (RFC 6238 over RFC 4226: HMAC-SHA-1, 30 seconds, 6 digits). Pure: the
// caller keeps the secret sealed, and the step of the newest code that was taken.
// Guarantees: a code is taken in its own step, the one before or the one after, and never a step
// that is not newer than the last one taken, so that a code works once (ASVS 5.0 6.5.1, 6.5.5).
// Does not guarantee: that nobody guesses. Six digits want a throttle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/random.hh"
#include "base/time.hh"

namespace avow::services {

inline constexpr std::size_t kTotpSecretSize = 20;  // bytes: as long as the hash (RFC 4226 §4, R6)
inline constexpr std::int64_t kTotpStepMs = 30 * kSecondMs;
inline constexpr std::int64_t kTotpNever = -1;  // the step before the first code was taken

Bytes make_totp_secret(Random& random);

std::int64_t totp_step(Time at);
std::string totp_code(ByteView secret, std::int64_t step);

// The step of the code, to be kept as the last one; nothing when it is not right, or not newer than
// `last`. Spaces within the code are passed over; digits may be ASCII, full-width or Arabic.
std::optional<std::int64_t> check_totp(ByteView secret, std::string_view code, Time now,
                                       std::int64_t last);

// What an authenticator reads from a picture. `account` tells several of one issuer apart.
std::string totp_uri(std::string_view issuer, std::string_view account, ByteView secret);

}  // namespace avow::services
