// SPDX-License-Identifier: Apache-2.0
#include "services/account/throttle.hh"

#include <gtest/gtest.h>

#include "base/random.hh"
#include "base/time.hh"

namespace avow::services {
namespace {

const crypto::Hash kKnown = crypto::sha256(as_bytes("a browser that signed in before"));

class ThrottleTest : public ::testing::Test {
  protected:
    // How many of `tries` were let through, one after another, each `apart` later.
    int let_through(const Trier& trier, int tries, std::int64_t apart = 0) {
        int through = 0;
        for (int i = 0; i < tries; ++i) {
            if (throttle.begin(trier) == 0) ++through;
            clock.advance(apart);
        }
        return through;
    }
    ManualClock clock{Time{1'700'000'000'000}};
    SeededRandom random{7};
    Throttle throttle{clock, random};
    const Trier stranger{"ada@example.org", "192.0.2.7", {}};
    const Trier known{"ada@example.org", "192.0.2.7", kKnown};
};

TEST_F(ThrottleTest, TenThousandTriesAtOneAccountBecomeAFew) {
    EXPECT_EQ(let_through(stranger, 10'000), Throttle::kFreeOfAccount);
    Trier elsewhere = stranger;
    elsewhere.network = "198.51.100.1";
    EXPECT_EQ(let_through(elsewhere, 10), 0) << "from anywhere";
    Trier otherwise = stranger;
    otherwise.account = "ADA@example.org";
    EXPECT_EQ(let_through(otherwise, 10), 0) << "however the address is written";
}

TEST_F(ThrottleTest, ADayLeavesAGuesserAboutAHundredTries) {
    const int minutes = 24 * 60;
    EXPECT_LE(let_through(stranger, minutes, kMinuteMs), 115);
}

TEST_F(ThrottleTest, TheWaitDoublesAndEnds) {
    (void)let_through(stranger, Throttle::kFreeOfAccount);
    std::int64_t before = 0;
    for (int i = 0; i < 15; ++i) {
        const auto wait = throttle.begin(stranger);
        EXPECT_EQ(wait, std::min(Throttle::kWaitMaxMs,
                                 before == 0 ? Throttle::kFirstWaitMs : before * 2));
        before = wait;
        clock.advance(wait - 1);
        EXPECT_EQ(throttle.begin(stranger), 1);
        clock.advance(1);
        EXPECT_EQ(throttle.begin(stranger), 0);
    }
}

TEST_F(ThrottleTest, OnePasswordForManyAccountsIsSlowedByItsNetwork) {
    int through = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto account = "customer" + std::to_string(i) + "@example.org";
        if (throttle.begin({account, "192.0.2.7", {}}) == 0) ++through;
    }
    EXPECT_EQ(through, Throttle::kFreeOfNetwork);
    EXPECT_EQ(throttle.begin({"zoe@example.org", "198.51.100.1", {}}), 0) << "others are not";
}

TEST_F(ThrottleTest, NobodyElsesTriesSlowAKnownBrowser) {
    (void)let_through(stranger, 10'000);
    EXPECT_EQ(throttle.begin(known), 0);
    throttle.succeeded(known);
    EXPECT_EQ(let_through(known, 100), Throttle::kFreeOfDevice) << "its own do";
    throttle.succeeded(known);
    EXPECT_EQ(throttle.begin(known), 0);
    EXPECT_NE(throttle.begin(stranger), 0) << "and its success clears nothing for strangers";
}

TEST_F(ThrottleTest, AnAccountOfOnesOwnClearsNoWayToOthers) {
    const Trier own{"mallory@example.org", "192.0.2.7", {}};
    int through = 0;
    for (int i = 0; i < 1'000; ++i) {
        if (throttle.begin({"c" + std::to_string(i) + "@example.org", "192.0.2.7", {}}) == 0)
            ++through;
        if (throttle.begin(own) == 0) throttle.succeeded(own);
    }
    EXPECT_LE(through, Throttle::kFreeOfNetwork);
}

TEST_F(ThrottleTest, AFloodOfMadeUpAccountsDoesNotSetAGuesserFree) {
    (void)let_through({"ada@example.org", "", {}}, Throttle::kFreeOfAccount);
    for (std::size_t i = 0; i < Throttle::kCountsMax + 10; ++i) {
        const auto account = std::to_string(i) + "@example.org";
        EXPECT_EQ(throttle.begin({account, "", {}}), 0);
    }
    EXPECT_NE(throttle.begin({"ada@example.org", "", {}}), 0);
}

TEST_F(ThrottleTest, ADayWithoutATryIsANewStart) {
    (void)let_through(stranger, 100);
    clock.advance(Throttle::kForgottenMs);
    EXPECT_EQ(let_through(stranger, 100), Throttle::kFreeOfAccount);
}

}  // namespace
}  // namespace avow::services
