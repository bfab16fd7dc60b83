// SPDX-License-Identifier: Apache-2.0
// Bearer secrets, for sessions and machines alike: 128 random bits, shown once, stored as a hash.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hh"
#include "crypto/hash.hh"

namespace avow::services {

struct Bearer {
    std::string text;   // what the holder keeps
    crypto::Hash hash;  // what we keep
};

Bearer make_bearer(std::string_view prefix, Random& random);
crypto::Hash hash_of_bearer(std::string_view text);

}  // namespace avow::services
