// SPDX-License-Identifier: Apache-2.0
// What an operator may ask of passwords, from the rules to the sign-in.
#include "services/account/password_preset.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kEmail = "ada@example.org";

TEST(PasswordPreset, EachNamesWhatItBreaksAndOthersThereAreNone) {
    for (const auto* name : {"standard", "pci", "legacy"}) {
        const auto rules = password_preset(name);
        ASSERT_THAT(rules, IsOk());
        EXPECT_EQ(rules->name, name);
        EXPECT_FALSE(rules->breaks.empty());
    }
    EXPECT_THAT(password_preset("PCI"), Fails(Code::invalid));
    EXPECT_FALSE(password_preset("standard")->letters_and_digits);
    EXPECT_EQ(password_preset("standard")->max_age_days, 0);
}

class PresetTest : public ::testing::Test {
  protected:
    PresetTest() { accounts->set_rules(password_preset("pci").value()); }
    Result<SignedIn> sign_up(const char* password) {
        return accounts->sign_up({Personal<std::string>(kEmail),
                                  Personal<std::string>(password),
                                  std::nullopt,
                                  "en",
                                  "1",
                                  {},
                                  {}});
    }
    Result<SignedIn> sign_in(const char* password, const char* fresh = nullptr) {
        SignIn form{Personal<std::string>(kEmail), Personal<std::string>(password), "", ""};
        if (fresh != nullptr) form.new_password.emplace(std::string(fresh));
        return accounts->sign_in(form);
    }
    Result<PasswordChanged> change(const char* from, const char* to) {
        house.clock.advance(1);
        auto changed = accounts->change_password(
            {ada->customer, ada->session, Personal<std::string>(from), Personal<std::string>(to)});
        if (changed) ada->session = changed->session;
        return changed;
    }
    static std::string place_of(const Result<SignedIn>& refused) {
        return refused || refused.error().inputs().empty()
                   ? ""
                   : refused.error().inputs().front().pointer;
    }

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
};

TEST_F(PresetTest, LettersAndDigitsAreWantedWhereTheOperatorChoseSo) {
    EXPECT_THAT(sign_up("a sentence nobody would guess"), Fails(Code::invalid));
    EXPECT_THAT(sign_up("917 305 882 641"), Fails(Code::invalid));
    EXPECT_THAT(sign_up("seven lamps 7"), IsOk());
}

TEST_F(PresetTest, TheLastPasswordsAreRefusedAndAnOlderOneIsNot) {
    ada = sign_up("seven lamps 0").value();
    const char* all[] = {"seven lamps 0", "seven lamps 1", "seven lamps 2", "seven lamps 3",
                         "seven lamps 4"};
    for (int i = 1; i < 4; ++i) ASSERT_THAT(change(all[i - 1], all[i]), IsOk());
    for (int i = 0; i < 4; ++i) EXPECT_THAT(change(all[3], all[i]), Fails(Code::invalid)) << i;
    ASSERT_THAT(change(all[3], all[4]), IsOk());
    EXPECT_THAT(change(all[4], all[1]), Fails(Code::invalid));
    EXPECT_THAT(change(all[4], all[0]), IsOk());
    EXPECT_LE(house.count("select count(*) from former_passwords"), 4);
}

TEST_F(PresetTest, APasswordOverItsAgeOpensNothingWithoutANewOne) {
    ada = sign_up("seven lamps 7").value();
    house.clock.advance(90 * kDayMs - 1);
    ASSERT_THAT(sign_in("seven lamps 7"), IsOk());
    house.clock.advance(1);
    EXPECT_EQ(place_of(sign_in("seven lamps 7")), kNewPasswordPlace);
    EXPECT_EQ(place_of(sign_in("not the password")), "") << "only who knows it is told";
    EXPECT_EQ(place_of(sign_in("seven lamps 7", "seven lamps 7")), kNewPasswordPlace);
    EXPECT_EQ(place_of(sign_in("seven lamps 7", "only letters here")), kNewPasswordPlace);
    EXPECT_THAT(sign_in("seven lamps 7", "eight lamps 8"), IsOk());
    EXPECT_THAT(sign_in("seven lamps 7"), Fails(Code::denied));
    EXPECT_THAT(sign_in("eight lamps 8"), IsOk());
}

TEST_F(PresetTest, UnderTheStandardNoPasswordIsTooOld) {
    accounts->set_rules({});
    ada = sign_up("a sentence nobody would guess").value();
    house.clock.advance(3650 * kDayMs);
    EXPECT_THAT(sign_in("a sentence nobody would guess"), IsOk());
    EXPECT_EQ(house.count("select count(*) from former_passwords"), 0);
}

}  // namespace
}  // namespace avow::services
