// SPDX-License-Identifier: Apache-2.0
#include "services/escalation/overdue_letters.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"

namespace avow::services {
namespace {

using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OverdueLettersTest : public ::testing::Test {
  protected:
    void SetUp() override { open(0); }
    void open(std::int64_t after_ms) {
        letters = OverdueLetters::create(*house.store, after_ms, house.clock).value();
    }
    Time in(std::int64_t ms) const { return house.clock.now() + ms; }
    static OverdueLetters::Find of(const std::vector<Time>& deadlines) {
        return [&deadlines](Time until) -> Result<Overdue> {
            Overdue found;
            for (const auto one : deadlines) {
                if (one > until) continue;
                found.oldest = found.count == 0 ? one : std::min(found.oldest, one);
                found.newest = std::max(found.newest, one);
                ++found.count;
            }
            return found;
        };
    }
    std::vector<OverdueLetters::Due> due() { return letters->due(of(desk), of(law)).value(); }
    // How many requests each letter tells of that is written now.
    std::vector<std::int64_t> told() {
        std::vector<std::int64_t> counts;
        for (const auto& one : due()) {
            EXPECT_THAT(letters->tell(one,
                                      [&](sql::Writer&) -> Status {
                                          counts.push_back(one.requests.count + one.rights.count);
                                          return {};
                                      }),
                        IsOk());
        }
        return counts;
    }

    gate::testing::House house;
    std::unique_ptr<OverdueLetters> letters;
    EmployeeId grace = EmployeeId::make(house.clock.now(), house.random);
    EmployeeId alan = EmployeeId::make(house.clock.now(), house.random);
    std::vector<Time> desk, law;
};

TEST_F(OverdueLettersTest, TellsADeadlineOnceAndSeveralInOneLetter) {
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1), in(2), in(kDayMs)};
    law = {in(1)};
    EXPECT_THAT(told(), IsEmpty());
    house.clock.advance(2);
    EXPECT_THAT(told(), ElementsAre(2));
    EXPECT_THAT(told(), IsEmpty());
    house.clock.advance(kDayMs);
    EXPECT_THAT(told(), ElementsAre(3)) << "all that wait, though one is new";
    house.clock.advance(kDayMs);
    EXPECT_THAT(told(), IsEmpty());
    // Answered and opened again it has another deadline.
    desk = {in(1)};
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(1));
}

TEST_F(OverdueLettersTest, WritesNoLetterWithinAnHourOfTheLastAndForgetsNothingMeanwhile) {
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1), in(kMinuteMs), in(2 * kMinuteMs)};
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(1));
    house.clock.advance(OverdueLetters::kApartMs - 1);
    EXPECT_THAT(told(), IsEmpty());
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(3));
}

TEST_F(OverdueLettersTest, EachIsToldOfWhatTheyAskedForAndFromThenOn) {
    desk = {in(-1), in(1)};
    law = {in(2)};
    ASSERT_THAT(letters->keep(grace, true, true), IsOk());
    ASSERT_THAT(letters->keep(alan, false, true), IsOk());
    EXPECT_THAT(told(), IsEmpty()) << "what was over before is not news";
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(2));
    ASSERT_THAT(letters->keep(grace, false, false), IsOk());
    house.clock.advance(kDayMs);
    EXPECT_THAT(told(), ElementsAre(1)) << "only Alan, and only of the law's";
    desk = {in(-1)};
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    EXPECT_THAT(told(), IsEmpty()) << "asked for anew, from now on";
    ASSERT_THAT(letters->remove(alan), IsOk());
    EXPECT_THAT(letters->list().value(), SizeIs(1));
}

TEST_F(OverdueLettersTest, ChoosingMoreLosesNothingThatIsNotToldYet) {
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1)};
    house.clock.advance(kMinuteMs);
    ASSERT_THAT(letters->keep(grace, true, true), IsOk());
    EXPECT_THAT(told(), ElementsAre(1));
}

TEST_F(OverdueLettersTest, TellsBeforeOrAfterTheDeadlineAsTheHouseWants) {
    open(2 * kHourMs);
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1)};
    house.clock.advance(2 * kHourMs);
    EXPECT_THAT(told(), IsEmpty());
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(1));
    EXPECT_FALSE(letters->tells_before());

    open(-2 * kHourMs);
    ASSERT_THAT(letters->keep(alan, true, false), IsOk());
    desk = {in(2 * kHourMs + 1)};
    EXPECT_THAT(told(), IsEmpty());
    house.clock.advance(1);
    EXPECT_THAT(told(), ElementsAre(1));
    EXPECT_TRUE(letters->tells_before());
}

TEST_F(OverdueLettersTest, OneOfSeveralNodesTellsAndNobodyWhoWantsItNoMoreIsTold) {
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1)};
    house.clock.advance(1);
    const auto here = due();
    const auto there = due();
    ASSERT_THAT(here, SizeIs(1));
    int written = 0;
    const auto write = [&](sql::Writer&) -> Status {
        ++written;
        return {};
    };
    ASSERT_THAT(letters->tell(here[0], write), IsOk());
    ASSERT_THAT(letters->tell(there[0], write), IsOk());
    EXPECT_EQ(written, 1);

    house.clock.advance(kDayMs);
    desk = {in(0)};
    const auto late = due();
    ASSERT_THAT(late, SizeIs(1));
    ASSERT_THAT(letters->keep(grace, false, false), IsOk());
    ASSERT_THAT(letters->tell(late[0], write), IsOk());
    EXPECT_EQ(written, 1);
}

TEST_F(OverdueLettersTest, ALetterThatCannotBeWrittenIsNotNoted) {
    ASSERT_THAT(letters->keep(grace, true, false), IsOk());
    desk = {in(1)};
    house.clock.advance(1);
    const auto broken = [](sql::Writer&) -> Status { return Error(Code::unavailable, "no"); };
    EXPECT_FALSE(letters->tell(due().at(0), broken));
    EXPECT_THAT(told(), ElementsAre(1));
}

}  // namespace
}  // namespace avow::services
