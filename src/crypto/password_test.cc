// SPDX-License-Identifier: Apache-2.0
#include "crypto/password.hh"

#include <string>

#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::crypto {
namespace {

using testing::Fails;

TEST(Password, VerifiesItselfAndNothingElse) {
    const PasswordHasher hasher;
    ASSERT_GET(const std::string phc, hasher.hash("correct horse battery"));
    EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << phc;
    EXPECT_TRUE(hasher.verify(phc, "correct horse battery"));
    EXPECT_FALSE(hasher.verify(phc, "correct horse batterz"));
    EXPECT_FALSE(hasher.verify(phc, ""));
    EXPECT_FALSE(hasher.needs_rehash(phc));
}

TEST(Password, SaltsEachHash) {
    const PasswordHasher hasher;
    EXPECT_NE(*hasher.hash("the same"), *hasher.hash("the same"));
}

TEST(Password, WeakerParametersWantANewHash) {
    const PasswordHasher hasher;
    // Made with 19 MiB and two passes.
    const std::string weak =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    EXPECT_TRUE(hasher.needs_rehash(weak));
    EXPECT_TRUE(hasher.needs_rehash("$2b$12$abc"));
}

TEST(Password, BrokenHashesVerifyNothing) {
    const PasswordHasher hasher;
    EXPECT_FALSE(hasher.verify("", "x"));
    EXPECT_FALSE(hasher.verify("$argon2id$", "x"));
    EXPECT_FALSE(hasher.verify(std::string(500, '$'), "x"));
}

TEST(Password, OverTheLimitIsRefused) {
    const PasswordHasher hasher;
    EXPECT_THAT(hasher.hash(std::string(kPasswordMax + 1, 'x')), Fails(Code::too_large));
}

}  // namespace
}  // namespace avow::crypto
