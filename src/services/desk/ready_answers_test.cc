// SPDX-License-Identifier: Apache-2.0
#include "services/desk/ready_answers.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

class ReadyAnswersTest : public ::testing::Test {
  protected:
    ReadyAnswersTest() {
        EXPECT_THAT(house.store->migrate("ready answers", {statements::desk_schema_2}), IsOk());
    }
    gate::testing::House house;
    ReadyAnswers ready{*house.store, house.clock, house.random};
};

TEST_F(ReadyAnswersTest, ReadyAnswersAreKeptByLanguageAndReplacedWhole) {
    ASSERT_GET(const auto made,
               ready.add({{"en", {"Hours", "Dear {name}, {organization} opens at nine."}},
                          {"ja", {"営業時間", "{number}"}}}));
    ASSERT_GET(const auto kept, ready.list());
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].texts.at("ja").title, "営業時間");
    ASSERT_THAT(ready.replace(made.id, {{"en", {"Hours", "At ten."}}}), IsOk());
    ASSERT_GET(const auto replaced, ready.list());
    EXPECT_EQ(replaced[0].texts.size(), 1u);
    EXPECT_EQ(replaced[0].texts.at("en").text, "At ten.");
    ASSERT_THAT(ready.remove(made.id), IsOk());
    EXPECT_THAT(ready.remove(made.id), Fails(Code::not_found));
    EXPECT_THAT(ready.replace(made.id, {{"en", {"Hours", "At ten."}}}), Fails(Code::not_found));
    EXPECT_TRUE(ready.list()->empty());
}

TEST_F(ReadyAnswersTest, AReadyAnswerTakesNoPlaceThatAskedForMoreOfACustomer) {
    for (const auto* text : {"{email}", "{name", "{ name }", "{}", "a {number} of {phone}"}) {
        const auto refused = ready.add({{"en", {"Hours", text}}});
        ASSERT_THAT(refused, Fails(Code::invalid)) << text;
        EXPECT_EQ(refused.error().inputs()[0].pointer, "/texts/en/text");
    }
    EXPECT_THAT(ready.add({}), Fails(Code::invalid));
    EXPECT_THAT(ready.add({{"en", {" ", "x"}}}), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::services
