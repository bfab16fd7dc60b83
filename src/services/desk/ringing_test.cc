// SPDX-License-Identifier: Apache-2.0
#include "services/desk/ringing.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RingingTest : public ::testing::Test {
  protected:
    RingNews news(const char* number, const char* call = "", RingState state = RingState::ringing) {
        RingNews told;
        if (*number != 0) told.number = Personal<std::string>(number);
        told.call = call;
        told.state = state;
        return told;
    }
    Status rings(const char* number, const char* call = "", const char* extension = "") {
        auto told = news(number, call);
        told.extension = extension;
        return ringing.tell(std::move(told));
    }
    std::vector<std::string> seen_by(const EmployeeId& who, const std::string& extension = "") {
        std::vector<std::string> numbers;
        const auto rings = ringing.listen(who, extension).value();
        for (const auto& one : rings)
            numbers.push_back(one.number.reveal(house.gate->own_data_token()));
        return numbers;
    }

    gate::testing::House house;
    Ringing ringing{house.gate->own_data_token(), house.clock, house.random};
    EmployeeId grace = EmployeeId::make(house.clock.now(), house.random);
    EmployeeId alan = EmployeeId::make(house.clock.now(), house.random);
};

TEST_F(RingingTest, ACallThatNamesNobodyIsForEverybodyUntilItEnds) {
    ASSERT_THAT(rings("+49 30 12345", "a.1"), IsOk());
    ASSERT_THAT(rings("040/54321", "a.2"), IsOk());
    EXPECT_THAT(seen_by(grace), ElementsAre("+49 30 12345", "040/54321"));
    EXPECT_THAT(seen_by(alan), ElementsAre("+49 30 12345", "040/54321"));
    ASSERT_THAT(ringing.tell(news("", "a.1", RingState::ended)), IsOk());
    EXPECT_THAT(seen_by(alan), ElementsAre("040/54321"));
    EXPECT_THAT(ringing.tell(news("", "a.9", RingState::ended)), IsOk());
}

TEST_F(RingingTest, ACallThatRingsOnceMoreIsTheSameAndStaysFromThenOn) {
    ASSERT_THAT(rings("+4930123456", "a.1"), IsOk());
    house.clock.advance(Ringing::kStayMs);
    ASSERT_THAT(rings("+4930123456", "a.1"), IsOk());
    EXPECT_THAT(seen_by(grace), ElementsAre("+4930123456"));
    house.clock.advance(Ringing::kStayMs);
    EXPECT_THAT(seen_by(grace), ElementsAre("+4930123456"));
    house.clock.advance(1);
    EXPECT_THAT(seen_by(grace), IsEmpty());
}

TEST_F(RingingTest, ACallForSomebodyIsSeenByThemAlone) {
    auto told = news("+4930123456", "a.1");
    told.to = grace;
    ASSERT_THAT(ringing.tell(std::move(told)), IsOk());
    EXPECT_THAT(seen_by(alan), IsEmpty());
    const auto rings = ringing.listen(grace, "").value();
    ASSERT_EQ(rings.size(), 1u);
    EXPECT_TRUE(rings[0].own);
    EXPECT_THAT(ringing.take(rings[0].id, alan), Fails(Code::not_found));
    EXPECT_THAT(ringing.take(rings[0].id, grace), IsOk());
    EXPECT_THAT(seen_by(grace), IsEmpty());
}

TEST_F(RingingTest, AnExtensionIsOfWhoeverSaidLastThatTheySitThere) {
    ASSERT_THAT(rings("+4930123456", "a.1", "204"), IsOk());
    EXPECT_THAT(seen_by(alan), ElementsAre("+4930123456")) << "nobody sits there";
    EXPECT_THAT(seen_by(grace, "204"), ElementsAre("+4930123456"));
    EXPECT_THAT(seen_by(alan), IsEmpty());
    EXPECT_THAT(seen_by(grace, "205"), ElementsAre("+4930123456")) << "nobody is left there";
    EXPECT_THAT(seen_by(alan, "204"), ElementsAre("+4930123456"));
    EXPECT_THAT(seen_by(grace, "205"), IsEmpty());
    house.clock.advance(Ringing::kExtensionMs + 1);
    ASSERT_THAT(rings("+4930123456", "a.2", "204"), IsOk());
    EXPECT_THAT(seen_by(grace, "205"), ElementsAre("+4930123456"));
}

TEST_F(RingingTest, WhatOneTakesIsGoneForAllAndOneMoreRingDoesNotBringItBack) {
    ASSERT_THAT(rings("+4930123456", "a.1"), IsOk());
    const auto id = ringing.listen(grace, "").value().at(0).id;
    ASSERT_THAT(ringing.take(id, grace), IsOk());
    EXPECT_THAT(ringing.take(id, alan), Fails(Code::not_found));
    ASSERT_THAT(rings("+4930123456", "a.1"), IsOk());
    EXPECT_THAT(seen_by(alan), IsEmpty());
    // Without an id, the same number once more is another call.
    ASSERT_THAT(rings("+4930777777"), IsOk());
    ASSERT_THAT(rings("+4930777777"), IsOk());
    EXPECT_THAT(seen_by(alan), ElementsAre("+4930777777"));
    ASSERT_THAT(ringing.take(ringing.listen(alan, "").value().at(0).id, alan), IsOk());
    ASSERT_THAT(rings("+4930777777"), IsOk());
    EXPECT_THAT(seen_by(alan), ElementsAre("+4930777777"));
}

TEST_F(RingingTest, OneThatWasAnsweredStaysWithWhomItNamesAlone) {
    ASSERT_THAT(rings("+4930123456", "a.1"), IsOk());
    auto told = news("+4930123456", "a.1", RingState::taken);
    told.extension = "204";
    ASSERT_THAT(ringing.tell(std::move(told)), IsOk());
    EXPECT_THAT(seen_by(alan), IsEmpty()) << "although nobody sits there";
    EXPECT_THAT(seen_by(grace, "204"), ElementsAre("+4930123456"));
    ASSERT_THAT(rings("+4930777777"), IsOk());
    ASSERT_THAT(ringing.tell(news("+4930777777", "", RingState::taken)), IsOk());
    EXPECT_THAT(seen_by(alan), IsEmpty());
    auto unknown = news("+4930999999", "a.7", RingState::taken);
    unknown.to = alan;
    ASSERT_THAT(ringing.tell(std::move(unknown)), IsOk());
    EXPECT_THAT(seen_by(alan), IsEmpty()) << "it never rang here";
}

TEST_F(RingingTest, WhatIsNoNumberIsRefusedByItsPlaceAndNotRepeated) {
    for (const char* text : {"anonymous", "12", "+49 <b>30", "+", "49+30123", "sip:a@b",
                             "01234567890123456789012345678901"}) {
        const auto told = rings(text);
        ASSERT_THAT(told, Fails(Code::invalid)) << text;
        ASSERT_EQ(told.error().inputs().size(), 1u);
        EXPECT_EQ(told.error().inputs()[0].pointer, "/number");
        if (std::string_view(text).size() > 3) {
            EXPECT_EQ(told.error().describe().find(text), std::string::npos) << text;
        }
    }
    EXPECT_THAT(rings(""), Fails(Code::invalid));
    EXPECT_EQ(rings("+4930123456", "a call").error().inputs().at(0).pointer, "/call");
    EXPECT_EQ(rings("+4930123456", "", "2 4").error().inputs().at(0).pointer, "/to");
    EXPECT_THAT(ringing.listen(grace, std::string(41, '1')), Fails(Code::invalid));
    EXPECT_THAT(seen_by(grace), IsEmpty());
}

TEST_F(RingingTest, KeepsNoMoreThanItsLimitsAndHasRoomAgainInTwoMinutes) {
    for (std::size_t i = 0; i < Ringing::kMost; ++i)
        ASSERT_THAT(rings("+4930123456", ("a." + std::to_string(i)).c_str()), IsOk());
    const auto refused = rings("+4930123456", "late");
    ASSERT_THAT(refused, Fails(Code::too_often));
    EXPECT_EQ(refused.error().wait_s(), 120);
    ASSERT_THAT(rings("+4930123456", "a.0"), IsOk()) << "one that is known";
    EXPECT_EQ(seen_by(grace).size(), Ringing::kMost);
    house.clock.advance(Ringing::kStayMs + 1);
    EXPECT_THAT(rings("+4930123456", "late"), IsOk());
    for (std::size_t i = 0; i < Ringing::kExtensionsMost; ++i)
        seen_by(EmployeeId::make(house.clock.now(), house.random), std::to_string(i));
    ASSERT_THAT(rings("+4930777777", "b", "9999"), IsOk());
    EXPECT_EQ(seen_by(grace, "9999").size(), 2u);
    EXPECT_EQ(seen_by(alan).size(), 2u) << "the extension was not noted";
}

}  // namespace
}  // namespace avow::services
