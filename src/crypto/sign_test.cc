// SPDX-License-Identifier: Apache-2.0
#include "crypto/sign.hh"

#include <algorithm>

#include <gtest/gtest.h>

namespace avow::crypto {
namespace {

SigningKey key_from_hex(std::string_view seed) {
    const Bytes bytes = *from_hex(seed);
    ByteArray<32> fixed;
    std::copy_n(bytes.begin(), 32, fixed.begin());
    return SigningKey(Key::from(fixed));
}

struct Vector {
    std::string_view seed, public_key, message, signature;
};

// RFC 8032 §7.1, tests 1 to 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Sign, GivesTheSignaturesOfRfc8032) {
    for (const auto& vector : kVectors) {
        const SigningKey key = key_from_hex(vector.seed);
        EXPECT_EQ(hex(key.public_key()), vector.public_key);
        const Bytes message = *from_hex(vector.message);
        EXPECT_EQ(hex(key.sign(message)), vector.signature);
        EXPECT_TRUE(verify(key.public_key(), message, *from_hex(vector.signature)));
    }
}

TEST(Sign, EveryFlippedByteIsRefused) {
    const SigningKey key = key_from_hex(kVectors[2].seed);
    const Bytes message = to_bytes(as_bytes("a checkpoint"));
    const Signature good = key.sign(message);
    for (std::size_t at = 0; at < good.size(); ++at) {
        Signature bad = good;
        bad[at] ^= 1;
        EXPECT_FALSE(verify(key.public_key(), message, bad)) << at;
    }
    for (std::size_t at = 0; at < message.size(); ++at) {
        Bytes other = message;
        other[at] ^= 1;
        EXPECT_FALSE(verify(key.public_key(), other, good)) << at;
    }
}

TEST(Sign, SignaturesOfAnotherSizeAndKeysOfSmallOrderAreRefused) {
    const SigningKey key = key_from_hex(kVectors[0].seed);
    const Signature good = key.sign({});
    EXPECT_FALSE(verify(key.public_key(), {}, ByteView(good).first(63)));
    EXPECT_FALSE(verify(key.public_key(), {}, {}));
    // The neutral point as key and as R, zero as S: holds for every message where nobody looks.
    PublicKey neutral{};
    neutral[0] = 1;
    Signature zero{};
    zero[0] = 1;
    EXPECT_FALSE(verify(neutral, as_bytes("anything"), zero));
}

}  // namespace
}  // namespace avow::crypto
