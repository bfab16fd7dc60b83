// SPDX-License-Identifier: Apache-2.0
#include "services/drp/signed.hh"

#include <array>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/json.hh"
#include "base/testing.hh"

namespace avow::services::drp {
namespace {

namespace bj = boost::json;
using avow::testing::IsOk;

constexpr Time kNow{1'790'000'000'000};

crypto::SigningKey key_of(std::uint8_t seed) {
    ByteArray<32> bytes;
    bytes.fill(seed);
    return crypto::SigningKey(crypto::Key::from(bytes));
}

const crypto::SigningKey& agents() {
    static const auto key = key_of(1);
    return key;
}

const crypto::SigningKey& strangers() {
    static const auto key = key_of(2);
    return key;
}

Expected expected() {
    return {"AGENT_A", agents().public_key(), "OUR_SHOP", kNow, Names::required};
}

bj::object claims() {
    return {{"agent-id", "AGENT_A"},
            {"business-id", "OUR_SHOP"},
            {"issued-at", rfc3339(kNow + -kMinuteMs)},
            {"expires-at", rfc3339(kNow + 5 * kMinuteMs)}};
}

std::string refusal_of(std::string_view sent, const Expected& wanted = expected()) {
    const auto read = read_signed(sent, wanted);
    return std::string(read ? "taken" : name_of(read.error()));
}

// Each defect alone makes one check fail, and those before it pass.
struct Defects {
    bool base64 = false, signature = false, json = false, agent = false, business = false;
    bool issued = false, expires = false, window = false;
};

std::string message_with(const Defects& wrong) {
    auto body = claims();
    if (wrong.agent) body["agent-id"] = "AGENT_B";
    if (wrong.business) body["business-id"] = "OTHER_SHOP";
    auto issued = kNow + -kMinuteMs;
    auto expires = kNow + 5 * kMinuteMs;
    if (wrong.window) issued = kNow + -kHourMs;
    if (wrong.issued) issued = kNow + kMinuteMs;
    if (wrong.expires) expires = kNow + -1;
    if (wrong.window && wrong.issued) expires = issued + kHourMs;
    if (wrong.expires) expires = kNow + -1;  // a window that is too long began too early
    body["issued-at"] = rfc3339(issued);
    body["expires-at"] = rfc3339(expires);
    auto text = bj::serialize(body);
    if (wrong.json) text += "}";
    auto sent = sign_body(text, wrong.signature ? strangers() : agents());
    if (wrong.base64) sent.insert(sent.size() / 2, "*");
    return sent;
}

TEST(SignedBody, EverySetOfDefectsIsRefusedByTheEarliestCheck) {
    for (unsigned set = 0; set < 256; ++set) {
        const auto has = [&](unsigned bit) { return (set >> bit & 1) != 0; };
        const Defects wrong{has(0), has(1), has(2), has(3), has(4), has(5), has(6), has(7)};
        const std::array<std::string, 8> refusals{
            "not_base64",     "bad_signature",    "not_json", "other_agent",
            "other_business", "issued_in_future", "expired",  "window_too_long"};
        std::string first = "taken";
        for (unsigned bit = 8; bit-- > 0;) {
            if (has(bit)) first = refusals[bit];
        }
        EXPECT_EQ(refusal_of(message_with(wrong)), first) << set;
    }
}

TEST(SignedBody, EveryFlippedBitIsRefused) {
    const auto sent = sign_body(bj::serialize(claims()), agents());
    ASSERT_EQ(refusal_of(sent), "taken");
    const auto bytes = *from_base64(sent);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto bent = bytes;
        bent[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        EXPECT_EQ(refusal_of(base64(bent)), "bad_signature") << bit;
    }
}

TEST(SignedBody, EveryTruncationIsRefused) {
    const auto bytes = *from_base64(sign_body(bj::serialize(claims()), agents()));
    EXPECT_EQ(refusal_of(""), "not_base64");
    for (std::size_t size = 1; size < bytes.size(); ++size)
        EXPECT_EQ(refusal_of(base64(ByteView(bytes).first(size))), "bad_signature") << size;
}

TEST(SignedBody, WhatIsSignedAndNoStrictJsonIsRefused) {
    const auto refused = [](std::string text) { return refusal_of(sign_body(text, agents())); };
    auto twice = bj::serialize(claims());
    twice.insert(1, R"("agent-id":"AGENT_B",)");
    EXPECT_EQ(refused(twice), "not_json");
    EXPECT_EQ(refused("[]"), "not_json");
    EXPECT_EQ(refused(""), "not_json");
    EXPECT_EQ(refused("{\"a\":\"\xff\"}"), "not_json");
    EXPECT_EQ(refused("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}"), "not_json");
}

TEST(SignedBody, EdgesOfTimeAreOutside) {
    const auto with = [](Time issued, Time expires) {
        auto body = claims();
        body["issued-at"] = rfc3339(issued);
        body["expires-at"] = rfc3339(expires);
        return refusal_of(sign_body(bj::serialize(body), agents()));
    };
    EXPECT_EQ(with(kNow, kNow + kMinuteMs), "issued_in_future");
    EXPECT_EQ(with(kNow + -1, kNow), "expired");
    EXPECT_EQ(with(kNow + -1, kNow + 1), "taken");
    EXPECT_EQ(with(kNow + -1, kNow + -1 + kWindowMaxMs), "taken");
    EXPECT_EQ(with(kNow + -1, kNow + kWindowMaxMs), "window_too_long");
}

TEST(SignedBody, ClaimsThatAreMissingOrOfAnotherTypeFailTheirCheck) {
    const std::array<std::pair<const char*, const char*>, 4> wanted{
        {{"agent-id", "other_agent"},
         {"business-id", "other_business"},
         {"issued-at", "issued_in_future"},
         {"expires-at", "expired"}}};
    for (const auto& [claim, refusal] : wanted) {
        auto body = claims();
        body[claim] = 1;
        EXPECT_EQ(refusal_of(sign_body(bj::serialize(body), agents())), refusal);
        body.erase(claim);
        EXPECT_EQ(refusal_of(sign_body(bj::serialize(body), agents())), refusal);
    }
    auto naive = claims();
    naive["issued-at"] = "2020-01-01T00:00:00";  // of no zone: it could mean any hour
    EXPECT_EQ(refusal_of(sign_body(bj::serialize(naive), agents())), "issued_in_future");
}

TEST(SignedBody, ARevocationNeedsNoClaimsAndIsHeldToThoseItHas) {
    auto wanted = expected();
    wanted.names = Names::if_any;
    const auto plain = sign_body(R"({"reason":"changed my mind"})", agents());
    EXPECT_EQ(refusal_of(plain, wanted), "taken");
    EXPECT_EQ(refusal_of(plain), "other_agent");
    auto body = claims();
    EXPECT_EQ(refusal_of(sign_body(bj::serialize(body), agents()), wanted), "taken");
    body["business-id"] = "OTHER_SHOP";
    EXPECT_EQ(refusal_of(sign_body(bj::serialize(body), agents()), wanted), "other_business");
    body.erase("expires-at");
    body["business-id"] = "OUR_SHOP";
    EXPECT_EQ(refusal_of(sign_body(bj::serialize(body), agents()), wanted), "expired");
    EXPECT_EQ(refusal_of(sign_body("{}", strangers()), wanted), "bad_signature");
}

TEST(SignedBody, ALineEndAfterItIsNoPartOfItAndAGapInItIs) {
    const auto sent = sign_body(bj::serialize(claims()), agents());
    EXPECT_EQ(refusal_of(sent + "\r\n"), "taken");
    EXPECT_EQ(refusal_of(" " + sent), "not_base64");
    EXPECT_EQ(refusal_of(sent.substr(0, 76) + "\n" + sent.substr(76)), "not_base64");
    EXPECT_EQ(refusal_of(std::string(kSignedMax + 1, 'A')), "too_large");
}

// For whoever builds the same: the file says what each body is and what becomes of it.
TEST(SignedBody, TheVectorsOfTheRepositoryAreReadAsTheySay) {
    ASSERT_GET(const auto text, read_file(AVOW_SOURCE_DIR "/tests/vectors/drp.json"));
    ASSERT_GET(const auto vectors, json::parse(text));
    const auto key = *from_base64(std::string(vectors.at("agent_public_key").as_string()));
    crypto::PublicKey agent_key;
    std::copy(key.begin(), key.end(), agent_key.begin());
    const auto agent = std::string(vectors.at("agent_id").as_string());
    const auto business = std::string(vectors.at("business_id").as_string());
    const auto now = *from_rfc3339(std::string(vectors.at("now").as_string()));
    std::size_t looked_at = 0;
    for (const auto& one : vectors.at("bodies").as_array()) {
        const auto names = one.at("call").as_string() == "revoke" ? Names::if_any : Names::required;
        EXPECT_EQ(refusal_of(std::string(one.at("body").as_string()),
                             {agent, agent_key, business, now, names}),
                  std::string(one.at("result").as_string()))
            << one.at("what").as_string();
        ++looked_at;
    }
    EXPECT_GE(looked_at, 15u);
}

}  // namespace
}  // namespace avow::services::drp
