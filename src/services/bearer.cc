// SPDX-License-Identifier: Apache-2.0
#include "services/bearer.hh"

#include "base/bytes.hh"

namespace avow::services {

Bearer make_bearer(std::string_view prefix, Random& random) {
    auto text = std::string(prefix) + base64url(random.take<16>());
    const auto hash = hash_of_bearer(text);
    return {std::move(text), hash};
}

// 128 bits of entropy need no slow hash: there is nothing to guess.
crypto::Hash hash_of_bearer(std::string_view text) {
    return crypto::sha256(as_bytes(text));
}

}  // namespace avow::services
