// SPDX-License-Identifier: Apache-2.0
#include "services/account/password_rules.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using testing::list_of;

class PasswordRules : public ::testing::Test {
  protected:
    Status check(std::string_view password) const {
        return check_password(password, "grace.hopper@example.com", "Sample & Sons", common_);
    }
    const std::string list_ =
        list_of({"password", "1234567890", "princess", "football", "correcthorsebattery"});
    const CommonPasswords common_ = *CommonPasswords::create(list_);
};

TEST_F(PasswordRules, ASentenceOfNobodyElseIsTaken) {
    EXPECT_THAT(check("a sentence nobody would guess"), IsOk());
    EXPECT_THAT(check("twelve chars"), IsOk());
    EXPECT_THAT(check("ひらがなで十二文字以上です"), IsOk());
}

TEST_F(PasswordRules, NoCompositionIsAsked) {
    EXPECT_THAT(check("kettlewindowmarsh"), IsOk());
    EXPECT_THAT(check("8203 5517 9461 20"), IsOk());
}

TEST_F(PasswordRules, LengthIsCountedInCharacters) {
    EXPECT_THAT(check("elevenchars"), Fails(Code::invalid));
    EXPECT_THAT(check("éééééééééée"), Fails(Code::invalid));
    EXPECT_THAT(check(std::string(129, 'x') + "y"), Fails(Code::invalid));
    EXPECT_THAT(check("\xff"
                      "twelve chars"),
                Fails(Code::invalid));
}

TEST_F(PasswordRules, WhatIsGuessedFirstIsRefusedHoweverItIsDressed) {
    for (const auto* guessed : {"correcthorsebattery", "CorrectHorseBattery", "password2026!!",
                                "!!!Princess123456", "footballfootball", "1234567890123",
                                "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "passwordpassword1"}) {
        EXPECT_THAT(check(guessed), Fails(Code::invalid)) << guessed;
    }
    EXPECT_THAT(check("the princess and a kettle"), IsOk());
}

TEST_F(PasswordRules, TheAddressAndOurNameAreNotEnough) {
    for (const auto* near :
         {"grace.hopper@example.com", "Grace.Hopper1906", "example-sample-1", "hopperhopper1"}) {
        EXPECT_THAT(check(near), Fails(Code::invalid)) << near;
    }
    EXPECT_THAT(check("hopper and forty kettles"), IsOk());
}

TEST_F(PasswordRules, TheWordsNeverRepeatThePassword) {
    const auto refused = check("password2026!!");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().describe().find("2026!!"), std::string::npos);
    ASSERT_EQ(refused.error().inputs().size(), 1u);
    EXPECT_EQ(refused.error().inputs()[0].pointer, "/password");
}

TEST(CommonPasswords, AListThatIsMissingOrDamagedIsRefused) {
    EXPECT_THAT(CommonPasswords::create(""), Fails(Code::corrupt));
    EXPECT_THAT(CommonPasswords::create("seven b"), Fails(Code::corrupt));
    EXPECT_THAT(CommonPasswords::create("bbbbbbbbaaaaaaaa"), Fails(Code::corrupt));
    EXPECT_THAT(CommonPasswords::create("aaaaaaaabbbbbbbb"), IsOk());
}

}  // namespace
}  // namespace avow::services
