// SPDX-License-Identifier: Apache-2.0
#include "services/drp/status.hh"

#include <set>

#include <gmock/gmock.h>

#include "services/drp/agents.hh"
#include "services/drp/claims.hh"

namespace avow::services::drp {
namespace {

constexpr Time kNow{1'790'000'000'000};

Right right_in(RightState state, std::string ground = "") {
    SeededRandom random(1);
    return {CustomerId::make(kNow, random),
            RightId::make(kNow, random),
            RightKind::access,
            "agent",
            std::nullopt,
            RightRegime::gdpr,
            state,
            "",
            "en",
            kNow,
            kNow,
            "",
            std::move(ground),
            "",
            std::nullopt,
            0,
            {},
            {},
            kNow,
            1,
            {}};
}

// §3.02: what a status may be called, and which of them is the last.
TEST(Standing, EveryStateHasAStatusThatTheProtocolKnows) {
    const std::set<std::string_view> statuses{"in_progress", "fulfilled", "revoked", "denied"};
    const std::set<std::string_view> reasons{
        "",      "need_user_verification", "insuf_verification",
        "other", "claim_not_covered",      "too_many_requests"};
    for (const auto state : kRightStates) {
        for (const auto* ground :
             {"", "not_identified", "unfounded", "excessive", "others_rights", "legal_duty"}) {
            const auto standing = standing_of(right_in(state, ground), kNow, kNow + 1);
            EXPECT_TRUE(statuses.contains(standing.status)) << name_of(state);
            EXPECT_TRUE(reasons.contains(standing.reason)) << name_of(state);
            EXPECT_EQ(standing.is_final(), standing.status != "in_progress") << name_of(state);
            EXPECT_EQ(standing.is_final(), is_closed(state) || state == RightState::ready);
            if (!standing.is_final()) continue;
            EXPECT_EQ(end_from(standing.name), standing);
        }
    }
    EXPECT_EQ(end_from(denied_without_address().name), denied_without_address());
    EXPECT_EQ(end_from(denied_opt_in().name), denied_opt_in());
    EXPECT_FALSE(end_from("").has_value());
    EXPECT_FALSE(end_from("in_progress").has_value());
}

TEST(Standing, NothingTellsOneWhoWaitsFromOneWhoIsNotThere) {
    for (const auto ms :
         {std::int64_t{0}, kDayMs, kVerificationMs - 1, kVerificationMs, 2 * kVerificationMs}) {
        const auto nobody = standing_unfollowed(kNow, kNow + ms);
        EXPECT_EQ(standing_of(right_in(RightState::received), kNow, kNow + ms), nobody);
        EXPECT_EQ(standing_of(right_in(RightState::unshown), kNow, kNow + ms), nobody);
    }
    EXPECT_EQ(standing_unfollowed(kNow, kNow + kVerificationMs),
              standing_of(right_in(RightState::expired), kNow, kNow + kVerificationMs));
}

TEST(Exercise, IsReadAsItIsSpelledAndKnowsItsKind) {
    for (const auto one : {Exercise::deletion, Exercise::access, Exercise::access_categories,
                           Exercise::access_specific, Exercise::opt_out, Exercise::opt_in}) {
        EXPECT_EQ(exercise_from(name_of(one)), one);
        EXPECT_EQ(kind_of(one).has_value(), one != Exercise::opt_in);
    }
    EXPECT_EQ(exercise_from("sale:opt_out"), Exercise::opt_out);
    EXPECT_FALSE(exercise_from("portability"));
}

TEST(ProtocolTime, HasAnOffsetAndNoZ) {
    EXPECT_EQ(protocol_time({1'790'000'000'123}), "2026-09-21T14:13:20.123+00:00");
    EXPECT_EQ(from_rfc3339(protocol_time(kNow)), kNow);
}

TEST(Callback, LeadsToTheHostThatTheOperatorNamedAndNowhereElse) {
    EXPECT_TRUE(leads_to("https://agent.example/update?x=1", "agent.example"));
    EXPECT_TRUE(leads_to("https://agent.example", "agent.example"));
    EXPECT_TRUE(leads_to("https://agent.example:8443/update", "agent.example:8443"));
    for (const auto* elsewhere :
         {"http://agent.example/", "https://agent.example.evil.example/", "https://evil.example/",
          "https://agent.example@evil.example/", "https://evil.example/agent.example",
          "https://agent.example:8443/", "https://agent.example\\@evil.example/",
          "https://agent.example#@evil.example/", "https://agent.example/a b",
          "https://agent.example/\r\nhost: evil.example", "https://AGENT.example/",
          "https://127.0.0.1/", "https://[::1]/", "//agent.example/", "https:/agent.example/", ""})
        EXPECT_FALSE(leads_to(elsewhere, "agent.example")) << elsewhere;
}

}  // namespace
}  // namespace avow::services::drp
