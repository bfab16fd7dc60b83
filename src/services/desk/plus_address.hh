// SPDX-License-Identifier: Apache-2.0
// The address that answers to a letter go to: name+TOKEN@domain. The token names the request and is
// signed by the house, so that nobody makes one up; who holds it is still asked who they are.
// Base32 in lower case, read in any: some servers fold the part before the @. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/id.hh"
#include "crypto/hash.hh"

namespace avow::services {

// The house's signature of a request's id.
using SignRequest = std::function<crypto::Hash(const RequestId&)>;

inline constexpr std::size_t kTokenSignature = 8;  // LIMIT: bytes; a guess is a delivery of its own

// The address itself where the token leaves no room (64 bytes before the @).
std::string plus_address(const std::string& address, const RequestId& request,
                         const SignRequest& sign);
// Nothing when there is no token, or none that we signed.
std::optional<RequestId> request_of(std::string_view address, const SignRequest& sign);
// name+anything@domain as name@domain.
// What stands behind the plus, in lower case; empty: nothing does.
std::string tag_of(std::string_view address);
std::string without_plus(std::string_view address);

}  // namespace avow::services
