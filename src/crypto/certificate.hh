// SPDX-License-Identifier: Apache-2.0
// A certificate authority of this installation's own, and the portal's certificate under it: made
// at the first start, so that there is TLS before anybody bought a certificate.
// Guarantees: ECDSA P-256, X.509 v3 (RFC 5280), random 128-bit serials, an authority that can sign
// leaves only (path length 0). Does not guarantee that anybody trusts the authority.
// Thread-safe. `key_pem` is a secret: write it with mode 0600.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"

namespace avow::crypto {

inline constexpr std::int64_t kAuthorityLifeMs = 3652 * kDayMs;  // ten years
inline constexpr std::int64_t kLeafLifeMs = 397 * kDayMs;  // LIMIT: browsers refuse more than 398
inline constexpr std::size_t kCertificateNamesMax = 100;   // LIMIT: names besides localhost

struct CertificateAndKey {
    std::string certificate_pem;
    std::string key_pem;  // PKCS #8
};

// `name` is what people see in their list of authorities: 1 to 64 bytes of UTF-8.
Result<CertificateAndKey> create_authority(std::string_view name, Time now, Random& random);

// For localhost, 127.0.0.1, ::1 and `names` (DNS names or addresses; `invalid` names a wrong one).
// Never outlives its authority.
Result<CertificateAndKey> issue_leaf(const CertificateAndKey& authority,
                                     std::span<const std::string> names, Time now, Random& random);

// Of the first certificate in the text.
Result<Time> expires_at(std::string_view certificate_pem);

}  // namespace avow::crypto
