// SPDX-License-Identifier: Apache-2.0
#include "services/account/second_factor.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/factors/base32.hh"
#include "services/factors/challenges.hh"
#include "services/factors/totp.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kEmail = "ada@example.org";
constexpr const char* kPassword = "a sentence nobody would guess";

class SecondFactorTest : public ::testing::Test {
  protected:
    SecondFactorTest() {
        auto made = accounts->sign_up({Personal<std::string>(kEmail),
                                       Personal<std::string>(kPassword),
                                       std::nullopt,
                                       "en",
                                       "1",
                                       {},
                                       {}});
        ada = made.value();
        // Nobody is told at an address that was not shown to be theirs.
        const auto shown = house.store->write([&](sql::Writer& unit) {
            return unit.execute(
                "insert into address_proofs (customer_id, proved_ms) values ($1, 1)",
                {ByteView(ada->customer.bytes())});
        });
        EXPECT_THAT(shown, IsOk());
    }
    Result<SignedIn> sign_in(std::optional<std::string> code = {}) {
        return accounts->sign_in({Personal<std::string>(kEmail), Personal<std::string>(kPassword),
                                  "", "", std::move(code)});
    }
    std::string code_now() {
        return totp_code(*from_base32(secret, Base32::rfc4648), totp_step(house.clock.now()));
    }
    void turn_on() {
        secret = accounts->offer_authenticator(ada->customer).value().secret;
        codes = factor().confirm(ada->customer, code_now()).value();
        house.clock.advance(kTotpStepMs);
    }
    SecondFactor& factor() { return accounts->second_factor(); }

    gate::testing::House house;
    std::string common = testing::list_of({"princess"});
    std::unique_ptr<Letters> letters =
        Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                        house.random)
            .value();
    std::unique_ptr<Accounts> accounts =
        Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
            .value();
    std::optional<SignedIn> ada;
    std::string secret;
    std::vector<std::string> codes;
};

TEST_F(SecondFactorTest, APasswordAloneSignsInUntilTheFirstCodeWasTyped) {
    EXPECT_THAT(sign_in(), IsOk());
    secret = accounts->offer_authenticator(ada->customer).value().secret;
    EXPECT_THAT(sign_in(), IsOk()) << "nobody is locked out by a picture that was not read";
    EXPECT_THAT(factor().confirm(ada->customer, "000000"), Fails(Code::invalid));
    codes = factor().confirm(ada->customer, code_now()).value();
    EXPECT_EQ(codes.size(), 10U);
    const auto without = sign_in();
    ASSERT_THAT(without, Fails(Code::denied));
    EXPECT_EQ(without.error().inputs().at(0).pointer, kCodePlace);
}

TEST_F(SecondFactorTest, ACodeWorksOnce) {
    turn_on();
    const auto code = code_now();
    EXPECT_THAT(sign_in(code), IsOk());
    EXPECT_THAT(sign_in(code), Fails(Code::denied));
    house.clock.advance(kTotpStepMs);
    EXPECT_THAT(sign_in(code_now()), IsOk());
}

TEST_F(SecondFactorTest, ARecoveryCodeWorksOnceAndIsTold) {
    turn_on();
    const auto before =
        house.count("select count(*) from letters where kind = 'recovery_code_used'");
    EXPECT_THAT(sign_in(codes[3]), IsOk());
    EXPECT_THAT(sign_in(codes[3]), Fails(Code::denied));
    EXPECT_EQ(factor().state(ada->customer).value().recovery_codes, 9);
    EXPECT_EQ(before, 0);
    EXPECT_EQ(house.count("select count(*) from letters where kind = 'recovery_code_used'"), 1);
}

TEST_F(SecondFactorTest, NewRecoveryCodesEndTheFormerOnes) {
    turn_on();
    const auto renewed = factor().renew_recovery_codes(ada->customer).value();
    EXPECT_THAT(sign_in(codes[0]), Fails(Code::denied));
    EXPECT_THAT(sign_in(renewed[0]), IsOk());
}

TEST_F(SecondFactorTest, ASecretInUseIsNotReplacedAndARemovedOneAsksForNothing) {
    turn_on();
    EXPECT_THAT(accounts->offer_authenticator(ada->customer), Fails(Code::conflict));
    EXPECT_THAT(factor().remove(ada->customer), IsOk());
    EXPECT_THAT(factor().remove(ada->customer), Fails(Code::conflict));
    EXPECT_THAT(sign_in(), IsOk());
    EXPECT_EQ(house.count("select count(*) from recovery_codes"), 0);
}

TEST_F(SecondFactorTest, CodesCannotBeGuessedWithAPasswordThatIsKnown) {
    turn_on();
    const auto step_up = [&](std::optional<std::string> code) {
        return accounts->step_up(ada->customer, ada->session, Personal<std::string>(kPassword),
                                 std::move(code));
    };
    bool waits = false;
    for (int i = 0; i < 20 && !waits; ++i) {
        // The password alone must not set the count back.
        waits = !step_up({}) && step_up("123456").error().code() == Code::too_often;
    }
    EXPECT_TRUE(waits);
    waits = false;
    for (int i = 0; i < 20 && !waits; ++i)
        waits = !sign_in() && sign_in("123456").error().code() == Code::too_often;
    EXPECT_TRUE(waits);
}

TEST_F(SecondFactorTest, AnErasedCustomerLeavesNothing) {
    turn_on();
    ASSERT_THAT(house.gate->erase(ada->customer, {}, gate::testing::kCustomer), IsOk());
    EXPECT_EQ(house.count("select count(*) from authenticators"), 0);
    EXPECT_EQ(house.count("select count(*) from recovery_codes"), 0);
}

class ChallengesTest : public ::testing::Test {
  protected:
    ManualClock clock;
    SeededRandom random{1};
    Challenges challenges{clock, random};
    CustomerId ada = CustomerId::make(clock.now(), random);
};

TEST_F(ChallengesTest, EachIsForOneActOfOneCustomerAndOnce) {
    const auto challenge = challenges.make(Ceremony::step_up, ada.bytes());
    EXPECT_FALSE(challenges.take(Ceremony::sign_in, ada.bytes(), challenge));
    EXPECT_FALSE(challenges.take(Ceremony::step_up, {}, challenge));
    EXPECT_TRUE(challenges.take(Ceremony::step_up, ada.bytes(), challenge));
    EXPECT_FALSE(challenges.take(Ceremony::step_up, ada.bytes(), challenge));
}

TEST_F(ChallengesTest, OneThatIsOverOrBentIsNone) {
    auto late = challenges.make(Ceremony::sign_in, {});
    auto bent = challenges.make(Ceremony::sign_in, {});
    for (auto& byte : bent) {
        byte ^= 1;
        EXPECT_FALSE(challenges.take(Ceremony::sign_in, {}, bent));
        byte ^= 1;
    }
    EXPECT_TRUE(challenges.take(Ceremony::sign_in, {}, bent));
    clock.advance(Challenges::kLifeMs);
    EXPECT_FALSE(challenges.take(Ceremony::sign_in, {}, late));
    late.resize(20);
    EXPECT_FALSE(challenges.take(Ceremony::sign_in, {}, late));
}

}  // namespace
}  // namespace avow::services
