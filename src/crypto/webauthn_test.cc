// SPDX-License-Identifier: Apache-2.0
#include "crypto/webauthn.hh"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace avow::crypto::webauthn {
namespace {

const std::filesystem::path kVectors =
    std::filesystem::path(AVOW_SOURCE_DIR) / "../shared/vectors/webauthn/vectors.json";

// The field's vectors are answers to example.org; some of their devices did not ask who it is.
const Site kSite{"example.org", "https://example.org", false};

struct Vector {
    Bytes challenge, second_challenge;
    Registration registration;
    Assertion assertion;
};

// The values of a section stand in order: those of the registration, then those of the assertion.
Vector read_vector(const boost::json::object& section) {
    Vector vector;
    bool first = true;
    for (const auto& one : section.at("values").as_array()) {
        const std::string_view name(one.at("name").as_string());
        const auto bytes = from_hex(std::string_view(one.at("hex").as_string())).value_or(Bytes());
        if (name == "challenge") (first ? vector.challenge : vector.second_challenge) = bytes;
        if (name == "clientDataJSON")
            (first ? vector.registration.client_data : vector.assertion.client_data) =
                std::string(as_text(bytes));
        if (name == "attestationObject") vector.registration.attestation = bytes, first = false;
        if (name == "authenticatorData") vector.assertion.authenticator_data = bytes;
        if (name == "signature") vector.assertion.signature = bytes;
    }
    return vector;
}

std::map<std::string, Vector> read_vectors() {
    std::map<std::string, Vector> vectors;
    std::stringstream text;
    text << std::ifstream(kVectors).rdbuf();
    const std::string_view prefix = "sctn-test-vectors-";
    const auto file = boost::json::parse(text.str());
    for (const auto& [name, section] : file.as_object()) {
        if (!std::string_view(name).starts_with(prefix)) continue;
        auto vector = read_vector(section.as_object());
        if (!vector.assertion.signature.empty())
            vectors.emplace(std::string_view(name).substr(prefix.size()), std::move(vector));
    }
    return vectors;
}

class Webauthn : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kVectors))
            GTEST_SKIP() << "the vectors are not beside this checkout";
        vectors = read_vectors();
    }
    static Result<Credential> registered(const Vector& vector) {
        return check_registration(kSite, vector.challenge, vector.registration);
    }
    static Result<Asserted> asserted(const Vector& vector, const Credential& credential) {
        return check_assertion(kSite, vector.second_challenge, vector.assertion, credential);
    }
    std::map<std::string, Vector> vectors;
};

TEST_F(Webauthn, TheFieldsVectorsHold) {
    const std::set<std::string> other_keys{"packed-es384", "packed-es512", "packed-ed448"};
    const std::set<std::string> framed{"none-es256-crossOrigin", "none-es256-topOrigin"};
    ASSERT_EQ(vectors.size(), 15U);
    int held = 0;
    for (const auto& [name, vector] : vectors) {
        SCOPED_TRACE(name);
        const auto credential = registered(vector);
        if (other_keys.contains(name) || framed.contains(name)) {
            ASSERT_FALSE(credential);
            EXPECT_EQ(credential.error().code(), Code::invalid);
            continue;
        }
        ASSERT_TRUE(credential) << credential.error().describe();
        const auto proved = asserted(vector, *credential);
        ASSERT_TRUE(proved) << proved.error().describe();
        EXPECT_FALSE(proved->went_back);
        ++held;
    }
    EXPECT_EQ(held, 10);
}

TEST_F(Webauthn, ADeviceThatDidNotAskWhoItIsIsRefused) {
    auto strict = kSite;
    strict.wants_user_verified = true;
    int refused = 0;
    for (const auto& [name, vector] : vectors) {
        const auto credential = registered(vector);
        if (!credential) continue;
        const bool asked = (vector.assertion.authenticator_data.at(32) & 4) != 0;
        const auto proved =
            check_assertion(strict, vector.second_challenge, vector.assertion, *credential);
        EXPECT_EQ(proved.has_value(), asked) << name;
        refused += asked ? 0 : 1;
    }
    EXPECT_GT(refused, 0);
}

TEST_F(Webauthn, EveryFlippedBitOfAnAssertionIsRefused) {
    for (const auto* name : {"none-es256", "packed-rs256", "packed-eddsa"}) {
        const auto& vector = vectors.at(name);
        const auto credential = registered(vector);
        ASSERT_TRUE(credential);
        const auto refuses = [&](auto member) {
            for (std::size_t at = 0; at < (vector.assertion.*member).size(); ++at) {
                auto bad = vector;
                (bad.assertion.*member)[at] ^= 1;
                EXPECT_FALSE(asserted(bad, *credential)) << name << ", byte " << at;
            }
        };
        refuses(&Assertion::authenticator_data);
        refuses(&Assertion::client_data);
        if (std::string_view(name) != "none-es256") refuses(&Assertion::signature);
    }
}

TEST_F(Webauthn, AnAnswerToAnotherChallengeSiteOrActIsRefused) {
    const auto& vector = vectors.at("none-es256");
    const auto credential = registered(vector);
    ASSERT_TRUE(credential);
    const auto words = [](const auto& result) {
        return result ? std::string() : result.error().words().value;
    };
    EXPECT_EQ(words(check_registration(kSite, vector.second_challenge, vector.registration)),
              "the answer is to another challenge");
    EXPECT_EQ(words(check_registration({"example.org", "https://example.org:444", false},
                                       vector.challenge, vector.registration)),
              "the answer is for another site");
    EXPECT_EQ(words(check_registration({"example.com", "https://example.org", false},
                                       vector.challenge, vector.registration)),
              "the authenticator answered for another site");
    auto swapped = vector.registration;
    swapped.client_data = vector.assertion.client_data;
    EXPECT_EQ(words(check_registration(kSite, vector.second_challenge, swapped)),
              "the client data is of another act");
    const auto other = registered(vectors.at("packed-self-es256"));
    ASSERT_TRUE(other);
    auto mixed = *other;
    mixed.backup_eligible = credential->backup_eligible;
    EXPECT_EQ(words(asserted(vector, mixed)), "the signature is not of this key");
}

TEST_F(Webauthn, ACountThatGoesBackIsTold) {
    const auto& vector = vectors.at("none-es256");
    auto credential = registered(vector);
    ASSERT_TRUE(credential);
    credential->count = 7;
    const auto proved = asserted(vector, *credential);
    ASSERT_TRUE(proved);
    EXPECT_TRUE(proved->went_back);
}

TEST_F(Webauthn, AnAttestationCutOrLengthenedAnywhereIsRefused) {
    const auto& vector = vectors.at("none-es256");
    for (std::size_t size = 0; size < vector.registration.attestation.size(); ++size) {
        auto cut = vector;
        cut.registration.attestation.resize(size);
        EXPECT_FALSE(registered(cut)) << size;
    }
    auto longer = vector;
    longer.registration.attestation.push_back(0);
    EXPECT_FALSE(registered(longer));
}

}  // namespace
}  // namespace avow::crypto::webauthn
