// SPDX-License-Identifier: Apache-2.0
#include "services/desk/testing.hh"

namespace avow::services {
namespace {

using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OverdueTest : public DeskTest {
  protected:
    Request assigned(const std::string& who) {
        const auto made = ask(customer).value();
        return who.empty() ? made : desk->change({made.id, {}, who, {}, {}}).value();
    }
    CustomerId customer = sign_up("ada@example.org");
};

TEST_F(OverdueTest, CountsWhatIsOursAndWhoseDeadlineIsOver) {
    const auto first = assigned("");
    const auto second = assigned("emp_eve");
    const auto third = assigned("");
    ASSERT_GET(const auto none, desk->overdue(*first.deadline + -1));
    EXPECT_EQ(none.count, 0);
    EXPECT_EQ(none.newest, Time());
    ASSERT_GET(const auto one, desk->overdue(*first.deadline));
    EXPECT_EQ(one.count, 1);
    ASSERT_GET(const auto all, desk->overdue(*third.deadline));
    EXPECT_EQ(all.count, 3);
    EXPECT_EQ(all.nobodys, 2);
    EXPECT_EQ(all.oldest, *first.deadline);
    EXPECT_EQ(all.newest, *third.deadline);
    // The customer's turn, or nobody's.
    ASSERT_THAT(desk->change({first.id, RequestState::waiting, {}, {}, {}}), IsOk());
    ASSERT_THAT(desk->change({second.id, RequestState::closed, {}, {}, {}}), IsOk());
    ASSERT_GET(const auto left, desk->overdue(*third.deadline));
    EXPECT_EQ(left.count, 1);
    EXPECT_EQ(left.oldest, *third.deadline);
}

TEST_F(OverdueTest, WhatSomebodyLeftBecomesNobodysOnceItIsOverdue) {
    const auto late = assigned("emp_eve");
    const auto bobs = assigned("emp_bob");
    house.clock.set(*late.deadline);
    EXPECT_THAT(desk->overdue_assignees().value(), ElementsAre("emp_eve"));
    EXPECT_EQ(desk->release_overdue("emp_bob").value(), 0) << "not overdue yet";
    EXPECT_EQ(desk->release_overdue("emp_eve").value(), 1);
    ASSERT_GET(const auto released, desk->get(late.id));
    EXPECT_EQ(released.assignee, "");
    EXPECT_EQ(released.state, RequestState::open);
    EXPECT_EQ(released.deadline, late.deadline) << "it has no more time because of that";
    EXPECT_EQ(released.revision, late.revision + 1);
    EXPECT_EQ(desk->get(bobs.id).value().assignee, "emp_bob");
    EXPECT_THAT(desk->overdue_assignees().value(), IsEmpty());
    EXPECT_EQ(desk->release_overdue("emp_eve").value(), 0);
}

}  // namespace
}  // namespace avow::services
