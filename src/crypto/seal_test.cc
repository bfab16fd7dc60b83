// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.hh"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>
#include <sodium.h>

#include "base/testing.hh"

namespace avow::crypto {
namespace {

using testing::Fails;
using testing::IsOk;

Key test_key() {
    SeededRandom random(11);
    return Key::random(random);
}

// Gives the bytes it was made with, over and over.
class FixedRandom final : public Random {
  public:
    explicit FixedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
    void fill(std::span<std::uint8_t> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = bytes_[i % bytes_.size()];
    }

  private:
    Bytes bytes_;
};

// draft-irtf-cfrg-xchacha, A.3.1.
constexpr std::string_view kText =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
constexpr std::string_view kCiphertext =
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e"
    "39"
    "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3ff"
    "f9"
    "21f9664c97637da9768812f615c68b13b52e";
constexpr std::string_view kTag = "c0875924c1c7987947deafd8780acf49";

Key draft_key() {
    ByteArray<32> bytes;
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0x80});
    return Key::from(bytes);
}

Bytes draft_nonce() {
    Bytes nonce(24);
    std::iota(nonce.begin(), nonce.end(), std::uint8_t{0x40});
    return nonce;
}

TEST(Seal, IsTheCipherOfTheDraft) {
    const Bytes associated = *from_hex("50515253c0c1c2c3c4c5c6c7");
    Bytes sealed(kText.size() + 16);
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed.data(), &size, as_bytes(kText).data(), kText.size(), associated.data(),
        associated.size(), nullptr, draft_nonce().data(), draft_key().bytes().data());
    EXPECT_EQ(hex(sealed), std::string(kCiphertext) + std::string(kTag));

    FixedRandom random(draft_nonce());
    const Bytes blob = seal(draft_key(), 0x01020304, as_bytes(kText), associated, random);
    EXPECT_EQ(hex(ByteView(blob).first(30)),
              "0101"
              "01020304" +
                  hex(draft_nonce()));
    EXPECT_EQ(hex(ByteView(blob).subspan(30, kText.size())), kCiphertext);
}

TEST(Seal, OpensWhatItSealed) {
    SystemRandom random;
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 100u, 70'000u}) {
        const Bytes plaintext(size, 0x5a);
        const Bytes blob = seal(test_key(), 9, plaintext, as_bytes("place"), random);
        EXPECT_EQ(blob.size(), size + kSealOverhead);
        ASSERT_GET(const Bytes opened, open(test_key(), blob, as_bytes("place")));
        EXPECT_EQ(opened, plaintext);
        EXPECT_EQ(*key_id_of(blob), 9u);
    }
}

TEST(Seal, RefusesEveryFlippedBitOfABlob) {
    SystemRandom random;
    const Bytes blob = seal(test_key(), 7, as_bytes("ada@example.org"), as_bytes("place"), random);
    ASSERT_THAT(open(test_key(), blob, as_bytes("place")), IsOk());
    for (std::size_t at = 0; at < blob.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            Bytes changed = blob;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1 << bit));
            EXPECT_THAT(open(test_key(), changed, as_bytes("place")), Fails(Code::corrupt)) << at;
        }
    }
}

TEST(Seal, RefusesEveryShorterAndALongerBlob) {
    SystemRandom random;
    Bytes blob = seal(test_key(), 7, as_bytes("secret"), {}, random);
    for (std::size_t size = 0; size < blob.size(); ++size) {
        EXPECT_THAT(open(test_key(), ByteView(blob).first(size), {}), Fails(Code::corrupt)) << size;
    }
    blob.push_back(0);
    EXPECT_THAT(open(test_key(), blob, {}), Fails(Code::corrupt));
    EXPECT_THAT(key_id_of(as_bytes("short")), Fails(Code::corrupt));
}

TEST(Seal, RefusesAnotherKeyAndAnotherPlace) {
    SystemRandom random;
    const Bytes blob = seal(test_key(), 7, as_bytes("secret"), as_bytes("place"), random);
    EXPECT_THAT(open(Key::random(random), blob, as_bytes("place")), Fails(Code::corrupt));
    EXPECT_THAT(open(test_key(), blob, as_bytes("plac")), Fails(Code::corrupt));
    EXPECT_THAT(open(test_key(), blob, {}), Fails(Code::corrupt));
}

TEST(Seal, PartsOfAssociatedDataCannotBeShifted) {
    SystemRandom random;
    const Bytes place = length_prefixed({as_bytes("ab"), as_bytes("c")});
    const Bytes blob = seal(test_key(), 7, as_bytes("secret"), place, random);
    EXPECT_THAT(open(test_key(), blob, length_prefixed({as_bytes("ab"), as_bytes("c")})), IsOk());
    for (const auto& other :
         {length_prefixed({as_bytes("a"), as_bytes("bc")}), length_prefixed({as_bytes("abc")}),
          length_prefixed({as_bytes("ab"), as_bytes("c"), {}}),
          length_prefixed({{}, as_bytes("ab"), as_bytes("c")})}) {
        EXPECT_THAT(open(test_key(), blob, other), Fails(Code::corrupt));
    }
}

TEST(Seal, NeverRepeatsANonce) {
    SystemRandom random;
    std::set<std::string> nonces;
    for (int i = 0; i < 2000; ++i) {
        const Bytes blob = seal(test_key(), 7, as_bytes("x"), {}, random);
        nonces.insert(hex(ByteView(blob).subspan(6, 24)));
    }
    EXPECT_EQ(nonces.size(), 2000u);
}

TEST(Seal, ErrorsDoNotHoldTheValue) {
    SystemRandom random;
    const Bytes blob = seal(test_key(), 7, as_bytes("ada@example.org"), as_bytes("place"), random);
    const auto opened = open(test_key(), blob, as_bytes("elsewhere"));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().describe().find("ada"), std::string::npos);
    EXPECT_EQ(opened.error().describe().find("elsewhere"), std::string::npos);
}

}  // namespace
}  // namespace avow::crypto
