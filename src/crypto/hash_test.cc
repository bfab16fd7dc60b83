// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.hh"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/seal.hh"

namespace avow::crypto {
namespace {

// HMAC pads keys with zeros to its block, so shorter keys of a vector fit into ours.
Key key_of(ByteView bytes) {
    ByteArray<Key::kSize> padded{};
    std::copy(bytes.begin(), bytes.end(), padded.begin());
    return Key::from(padded);
}

Key counting_key() {
    ByteArray<Key::kSize> bytes;
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return Key::from(bytes);
}

TEST(Sha256, GivesTheDigestsOfFips180) {
    EXPECT_EQ(hex(sha256(as_bytes(""))),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256(as_bytes(std::string(1'000'000, 'a')))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfTwoPartsIsThatOfTheirConcatenation) {
    EXPECT_EQ(sha256(as_bytes("a"), as_bytes("bc")), sha256(as_bytes("abc")));
    EXPECT_EQ(sha256(as_bytes(""), as_bytes("abc")), sha256(as_bytes("abc")));
}

TEST(HmacSha256, GivesTheCodesOfRfc4231) {
    struct Vector {
        Bytes key;
        Bytes message;
        std::string code;
    };
    Bytes counting(25);
    std::iota(counting.begin(), counting.end(), std::uint8_t{1});
    const std::vector<Vector> vectors{
        {Bytes(20, 0x0b), to_bytes(as_bytes("Hi There")),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {to_bytes(as_bytes("Jefe")), to_bytes(as_bytes("what do ya want for nothing?")),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {Bytes(20, 0xaa), Bytes(50, 0xdd),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {counting, Bytes(50, 0xcd),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    };
    for (const auto& vector : vectors) {
        EXPECT_EQ(hex(hmac_sha256(key_of(vector.key), vector.message)), vector.code);
    }
}

TEST(KeyedHash, IsBlake2bAsRfc7693KeysIt) {
    // Checked against another implementation of BLAKE2b.
    EXPECT_EQ(hex(keyed_hash(counting_key(), as_bytes("abc"))),
              "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

TEST(Derive, GivesAnotherKeyForEachLabelAndRoot) {
    const Key root = counting_key();
    EXPECT_EQ(hex(derive(root, "ledger").bytes()),
              "9db60001cdde77c3f4d888f6a7c31fc576ffab073644a89a24c8680bcc5c191b");
    EXPECT_FALSE(equal(derive(root, "ledger").bytes(), derive(root, "ledge").bytes()));
    SeededRandom random(1);
    EXPECT_FALSE(
        equal(derive(root, "ledger").bytes(), derive(Key::random(random), "ledger").bytes()));
}

TEST(Derive, IsNoKeyedHashUnderTheSameKey) {
    const Key root = counting_key();
    const Bytes input = length_prefixed({as_bytes("ledger")});
    EXPECT_FALSE(equal(derive(root, "ledger").bytes(), keyed_hash(root, input)));
}

TEST(HmacSha1, GivesTheValuesOfRfc2202) {
    EXPECT_EQ(hex(hmac_sha1(Bytes(20, 0x0b), as_bytes("Hi There"))),
              "b617318655057264e28bc0b6fb378c8ef146be00");
    EXPECT_EQ(hex(hmac_sha1(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(hex(hmac_sha1(Bytes(80, 0xaa),
                            as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

TEST(Equal, ComparesContentAndLength) {
    EXPECT_TRUE(equal(as_bytes("same"), as_bytes("same")));
    EXPECT_TRUE(equal({}, {}));
    EXPECT_FALSE(equal(as_bytes("same"), as_bytes("sane")));
    EXPECT_FALSE(equal(as_bytes("same"), as_bytes("sam")));
}

TEST(Hashing, FromManyThreadsGivesTheSameAnswers) {
    const Key key = counting_key();
    const auto wanted = hmac_sha256(key, as_bytes("x"));
    const auto digest = sha256(as_bytes("x"));
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 2000; ++n) {
                if (hmac_sha256(key, as_bytes("x")) != wanted) ++wrong;
                if (sha256(as_bytes("x")) != digest) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace avow::crypto
