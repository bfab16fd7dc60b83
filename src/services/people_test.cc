// SPDX-License-Identifier: Apache-2.0
// Accounts, sessions and tokens: who gets in, and for how long.
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/staff/tokens.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kPassword = "a sentence nobody would guess";

class PeopleTest : public ::testing::Test {
  protected:
    PeopleTest() { open(); }
    void open() {
        accounts.reset();
        accounts =
            Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
                .value();
        tokens = Tokens::create(*house.store, house.clock, house.random).value();
    }
    Result<SignedIn> sign_up(const char* email, const std::string& password = kPassword,
                             const char* key = nullptr) {
        SignUp form{Personal<std::string>(email),
                    Personal<std::string>(password),
                    std::nullopt,
                    "en",
                    "1",
                    {},
                    {}};
        if (key != nullptr) form.once = gate::Once{"sign-up", key, "digest", 0};
        return accounts->sign_up(std::move(form));
    }
    Result<SignedIn> sign_in(const char* email, const char* password, std::string device = "") {
        return accounts->sign_in(
            {Personal<std::string>(email), Personal<std::string>(password), "", std::move(device)});
    }
    bool is_open(std::string_view session) {
        return accounts->sessions().find(session).value().has_value();
    }

    gate::testing::House house;
    std::unique_ptr<Letters> letters =
        Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                        house.random)
            .value();
    std::string common = testing::list_of({"princess"});
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<Tokens> tokens;
};

TEST_F(PeopleTest, APasswordIsJudgedByItsLengthAndByTheAddress) {
    std::string longest = "a sentence nobody would guess ";
    longest.resize(kPasswordMax, 'x');
    for (const auto& wrong :
         {std::string("elevenchars"), longest + "x", std::string("\xff\xfe 12345678901"),
          std::string("ADA-1234@example.org")}) {
        const auto made = sign_up("ada-1234@example.org", wrong);
        ASSERT_THAT(made, Fails(Code::invalid));
        EXPECT_EQ(made.error().inputs().at(0).pointer, "/password");
    }
    EXPECT_EQ(house.count("select count(*) from customers"), 0);
    EXPECT_THAT(sign_up("ada@example.org", "twelve chars"), IsOk());
    EXPECT_THAT(sign_up("bob@example.org", longest), IsOk());
}

TEST_F(PeopleTest, ASignUpIsAnsweredTheSameWhoeverHasTheAddress) {
    const auto first = sign_up("ada@example.org");
    ASSERT_THAT(first, IsOk());
    const auto second = sign_up("ADA@example.org");
    ASSERT_THAT(second, IsOk());
    EXPECT_NE(first->customer, second->customer);
    EXPECT_EQ(accounts->sessions().list(second->customer, "").value().size(), 1U);
}

TEST_F(PeopleTest, SignUpsWithOneAddressAreSlowed) {
    for (int i = 0; i < Throttle::kFreeOfAccount; ++i)
        ASSERT_THAT(sign_up("ada@example.org"), IsOk());
    EXPECT_THAT(sign_up("Ada@Example.org"), Fails(Code::too_often));
    EXPECT_THAT(sign_up("bob@example.org"), IsOk());
}

TEST_F(PeopleTest, AWrongAddressAndAWrongPasswordSoundTheSame) {
    ASSERT_THAT(sign_up("ada@example.org"), IsOk());
    const auto nobody = sign_in("nobody@example.org", kPassword);
    const auto wrong = sign_in("ada@example.org", "not the password at all");
    ASSERT_THAT(nobody, Fails(Code::denied));
    ASSERT_THAT(wrong, Fails(Code::denied));
    EXPECT_EQ(nobody.error().words().value, wrong.error().words().value);
    EXPECT_THAT(sign_in("Ada@Example.org", kPassword), IsOk());
}

TEST_F(PeopleTest, ASignUpSentAgainWantsThePasswordOfNow) {
    const auto first = sign_up("ada@example.org", kPassword, "k");
    const auto again = sign_up("ada@example.org", kPassword, "k");
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(first->customer, again->customer);
    EXPECT_NE(first->session, again->session);
    house.tamper(
        "update accounts set password = substr(password, 1, length(password) - 4) || 'aaaa'");
    EXPECT_THAT(sign_up("ada@example.org", kPassword, "k"), Fails(Code::denied));
}

TEST_F(PeopleTest, ASessionEndsBySignOutByRestAndByAge) {
    const auto session = sign_up("ada@example.org")->session;
    EXPECT_TRUE(is_open(session));
    EXPECT_FALSE(is_open(session + "x"));
    house.clock.advance(kSessionIdleMs - 1);
    EXPECT_TRUE(is_open(session)) << "and was seen just now";
    open();
    EXPECT_TRUE(is_open(session)) << "after a restart";
    house.clock.advance(kSessionIdleMs + 1);
    EXPECT_FALSE(is_open(session));

    const auto busy = sign_in("ada@example.org", kPassword)->session;
    for (std::int64_t lived = 0; lived < kSessionLifeMs; lived += kSessionIdleMs / 2) {
        EXPECT_TRUE(is_open(busy)) << lived;
        house.clock.advance(kSessionIdleMs / 2);
    }
    house.clock.advance(1);
    EXPECT_FALSE(is_open(busy));

    const auto left = sign_in("ada@example.org", kPassword)->session;
    ASSERT_THAT(accounts->sessions().end(left), IsOk());
    EXPECT_FALSE(is_open(left));
}

TEST_F(PeopleTest, AChangedPasswordIsNewAndEndsEveryOtherSession) {
    const auto first = sign_up("ada@example.org").value();
    const auto customer = first.customer;
    const auto elsewhere = sign_in("ada@example.org", kPassword)->session;
    const auto change = [&](const char* current, const char* wanted) {
        return accounts->change_password({customer, first.session, Personal<std::string>(current),
                                          Personal<std::string>(wanted)});
    };
    constexpr auto kOther = "a kettle under forty lamps";
    EXPECT_THAT(change("not the password", kOther), Fails(Code::denied));
    for (const auto* wanted : {kPassword, "Princess 2026", "ada@example.org", "short"}) {
        EXPECT_THAT(change(kPassword, wanted), Fails(Code::invalid)) << wanted;
    }
    EXPECT_TRUE(is_open(elsewhere)) << "nothing has changed yet";
    house.clock.advance(kMinuteMs);
    const auto changed = change(kPassword, kOther);
    ASSERT_THAT(changed, IsOk());
    EXPECT_EQ(changed->ended, 2);
    EXPECT_TRUE(is_open(changed->session));
    EXPECT_FALSE(is_open(elsewhere));
    EXPECT_THAT(sign_in("ada@example.org", kPassword), Fails(Code::denied));
    EXPECT_THAT(sign_in("ada@example.org", kOther), IsOk());
    EXPECT_EQ(accounts->password_facts(customer)->changed, house.clock.now());
}

TEST_F(PeopleTest, AReminderIsDueWhenItsHolderAskedForItAndTimeIsOver) {
    const auto customer = sign_up("ada@example.org")->customer;
    house.clock.advance(400 * kDayMs);
    EXPECT_FALSE(accounts->password_facts(customer)->reminder_due) << "nobody asked for it";
    EXPECT_THAT(accounts->set_reminder(customer, 7), Fails(Code::invalid));
    ASSERT_THAT(accounts->set_reminder(customer, 365), IsOk());
    EXPECT_TRUE(accounts->password_facts(customer)->reminder_due);
    ASSERT_THAT(accounts->set_reminder(customer, 0), IsOk());
    EXPECT_FALSE(accounts->password_facts(customer)->reminder_due);
}

TEST_F(PeopleTest, AListThatLearnedAPasswordTellsItsHolderAtTheNextSignIn) {
    const auto customer = sign_up("ada@example.org")->customer;
    ASSERT_THAT(sign_in("ada@example.org", kPassword), IsOk());
    EXPECT_FALSE(accounts->password_facts(customer)->weak_since);
    common = testing::list_of({"princess", kPassword});
    open();
    ASSERT_THAT(sign_in("ada@example.org", kPassword), IsOk()) << "told, and still let in";
    EXPECT_EQ(accounts->password_facts(customer)->weak_since, house.clock.now());
}

TEST_F(PeopleTest, ASessionIsListedAndEndedByItsOwnerAlone) {
    const auto ada = sign_up("ada@example.org");
    house.clock.advance(kMinuteMs);
    const auto second = sign_in("ada@example.org", kPassword)->session;
    const auto bob = sign_up("bob@example.org");
    auto& sessions = accounts->sessions();
    const auto listed = sessions.list(ada->customer, second).value();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_TRUE(listed[0].current);
    EXPECT_FALSE(listed[1].current);
    EXPECT_THAT(sessions.end_by_id(bob->customer, listed[1].id), Fails(Code::not_found));
    EXPECT_TRUE(is_open(ada->session));
    EXPECT_FALSE(is_open(listed[1].id)) << "the id is no session";
    ASSERT_THAT(sessions.end_by_id(ada->customer, listed[1].id), IsOk());
    EXPECT_FALSE(is_open(ada->session));
    ASSERT_THAT(sign_in("ada@example.org", kPassword), IsOk());
    EXPECT_EQ(sessions.end_others(ada->customer, second).value(), 1);
    EXPECT_TRUE(is_open(second));
    EXPECT_TRUE(is_open(bob->session));
}

TEST_F(PeopleTest, GuessersWaitAndTheBrowserThatSignedInBeforeDoesNot) {
    const auto ada = sign_up("ada@example.org").value();
    for (int i = 0; i < Throttle::kFreeOfAccount; ++i) {
        EXPECT_THAT(sign_in("ada@example.org", "not the password at all"), Fails(Code::denied));
        EXPECT_THAT(sign_in("nobody@example.org", kPassword), Fails(Code::denied));
    }
    const auto slowed = sign_in("ada@example.org", kPassword);
    ASSERT_THAT(slowed, Fails(Code::too_often)) << "even with the right one";
    EXPECT_EQ(slowed.error().wait_s(), Throttle::kFirstWaitMs / kSecondMs);
    EXPECT_THAT(sign_in("nobody@example.org", kPassword), Fails(Code::too_often))
        << "whether there is an account cannot be seen";
    EXPECT_THAT(sign_in("ada@example.org", kPassword, "made up"), Fails(Code::too_often));
    const auto known = sign_in("ada@example.org", kPassword, ada.device);
    ASSERT_THAT(known, IsOk());
    EXPECT_EQ(known->device, "") << "it is known already";
    const auto bob = sign_up("bob@example.org").value();
    EXPECT_THAT(sign_in("ada@example.org", kPassword, bob.device), Fails(Code::too_often))
        << "known to another account only";
}

TEST_F(PeopleTest, ABrowserIsForgottenAfterItsTimeOrAChangedPasswordOrTooManyOthers) {
    const auto ada = sign_up("ada@example.org").value();
    const auto is_known = [&](const std::string& device) {
        return Devices(*house.store, house.clock, house.random)
            .knows(ada.customer, hash_of_bearer(device))
            .value();
    };
    EXPECT_TRUE(is_known(ada.device));
    std::string second;
    for (std::int64_t i = 0; i < Devices::kPerCustomer; ++i) {
        house.clock.advance(kMinuteMs);
        const auto again = sign_in("ada@example.org", kPassword).value();
        if (i == 0) second = again.device;
    }
    EXPECT_FALSE(is_known(ada.device));
    EXPECT_TRUE(is_known(second));
    house.clock.advance(Devices::kLifeMs - kMinuteMs);
    EXPECT_FALSE(is_known(second));
    const auto late = sign_in("ada@example.org", kPassword).value();
    EXPECT_TRUE(is_known(late.device));
    ASSERT_THAT(
        accounts->change_password({ada.customer, late.session, Personal<std::string>(kPassword),
                                   Personal<std::string>("a kettle under forty lamps")}),
        IsOk());
    EXPECT_EQ(house.count("select count(*) from devices"), 0);
}

TEST_F(PeopleTest, ThePasswordOnceMoreMakesANewSessionThatProvesIt) {
    const auto ada = sign_up("ada@example.org").value();
    auto& sessions = accounts->sessions();
    house.clock.advance(kProvedMs);
    const auto before = sessions.find(ada.session).value();
    EXPECT_GE(house.clock.now() - before->proved, kProvedMs);
    EXPECT_THAT(accounts->step_up(ada.customer, ada.session, Personal<std::string>("not it")),
                Fails(Code::denied));
    EXPECT_TRUE(is_open(ada.session));
    const auto stepped =
        accounts->step_up(ada.customer, ada.session, Personal<std::string>(kPassword));
    ASSERT_THAT(stepped, IsOk());
    EXPECT_FALSE(is_open(ada.session));
    EXPECT_EQ(sessions.find(*stepped).value()->proved, house.clock.now());
    for (int i = 0; i < Throttle::kFreeOfDevice; ++i) {
        EXPECT_THAT(accounts->step_up(ada.customer, *stepped, Personal<std::string>("not it")),
                    Fails(Code::denied));
    }
    EXPECT_THAT(accounts->step_up(ada.customer, *stepped, Personal<std::string>(kPassword)),
                Fails(Code::too_often));
}

TEST_F(PeopleTest, NoSecretIsKeptAsItWasShown) {
    const auto session = sign_up("ada@example.org")->session;
    const auto token = tokens->make("agent", "the desk")->secret;
    bool found = false;
    ASSERT_THAT(house.store->read([&](sql::Reader& reader) {
        const auto look = [&](const sql::Row& row) -> Status {
            found = found || row.blob(0).size() != 32;
            return {};
        };
        return reader.query(
            "select token_hash from sessions union all select token_hash from tokens", {}, look);
    }),
                IsOk());
    EXPECT_FALSE(found) << "32 bytes of a hash, and nothing else";
    EXPECT_GE(session.size(), 22u);
    EXPECT_TRUE(token.starts_with("avow_"));
}

TEST_F(PeopleTest, ATokenIsFoundUntilItIsRevoked) {
    const auto made = tokens->make("agent", "the desk");
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(tokens->find(made->secret).value()->role, "agent");
    EXPECT_FALSE(tokens->find(made->secret + "x").value());
    ASSERT_THAT(tokens->revoke(made->id), IsOk());
    EXPECT_FALSE(tokens->find(made->secret).value());
    EXPECT_THAT(tokens->revoke(made->id), Fails(Code::not_found));
    EXPECT_TRUE(tokens->list()->at(0).revoked);
}

TEST_F(PeopleTest, AnUnknownRoleIsRefusedWithTheNearestOne) {
    const auto made = tokens->make("agnet", "the desk");
    ASSERT_THAT(made, Fails(Code::invalid));
    EXPECT_NE(made.error().words().value.find("\"agent\""), std::string::npos);
    for (const auto* name : {"", "  ", "\xff"}) {
        EXPECT_THAT(tokens->make("agent", name), Fails(Code::invalid));
    }
    EXPECT_THAT(tokens->make("agent", std::string(101, 'n')), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::services
