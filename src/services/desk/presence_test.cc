// SPDX-License-Identifier: Apache-2.0
#include "services/desk/presence.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hh"
#include "base/testing.hh"

namespace avow::services {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::IsEmpty;

class PresenceTest : public ::testing::Test {
  protected:
    ManualClock clock{Time{1'000'000}};
    SystemRandom random;
    Presence presence{clock};
    RequestId one = RequestId::make(clock.now(), random);
    RequestId other = RequestId::make(clock.now(), random);
};

TEST_F(PresenceTest, TellsWhoElseIsThereAndWhetherTheyWrite) {
    EXPECT_THAT(presence.come(one, "emp_a", false), IsEmpty());
    EXPECT_THAT(presence.come(one, "emp_b", true), ElementsAre(FieldsAre("emp_a", false)));
    EXPECT_THAT(presence.come(one, "emp_a", false), ElementsAre(FieldsAre("emp_b", true)));
    EXPECT_THAT(presence.come(other, "emp_a", false), IsEmpty());
}

TEST_F(PresenceTest, ForgetsWhoLeftAndWhoSaysNothing) {
    presence.come(one, "emp_a", true);
    presence.come(one, "emp_b", true);
    presence.leave(one, "emp_a");
    EXPECT_THAT(presence.come(one, "emp_c", false), ElementsAre(FieldsAre("emp_b", true)));
    clock.advance(Presence::kStayMs);
    EXPECT_THAT(presence.come(one, "emp_a", false),
                ElementsAre(FieldsAre("emp_b", true), FieldsAre("emp_c", false)));
    clock.advance(1);
    EXPECT_THAT(presence.come(one, "emp_c", false), ElementsAre(FieldsAre("emp_a", false)));
}

TEST_F(PresenceTest, KeepsNoMoreThanItsLimit) {
    for (std::size_t i = 0; i < Presence::kSeenMax; ++i)
        presence.come(RequestId::make(clock.now(), random), "emp_b", false);
    presence.come(one, "emp_late", false);
    EXPECT_THAT(presence.come(one, "emp_a", false), IsEmpty());
}

}  // namespace
}  // namespace avow::services
