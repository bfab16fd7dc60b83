// SPDX-License-Identifier: Apache-2.0
#include "services/desk/states.hh"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace avow::services {
namespace {

using A = RequestAct;

// What docs/requests.md says, cell by cell: "-" is no way.
const std::map<A, std::array<std::string, 5>> kWays{
    {A::customer_writes, {"new", "open", "open", "open", "-"}},
    {A::assign, {"open", "open", "waiting", "solved", "-"}},
    {A::note, {"new", "open", "waiting", "solved", "-"}},
    {A::ask_back, {"waiting", "waiting", "waiting", "waiting", "-"}},
    {A::answer, {"solved", "solved", "solved", "solved", "-"}},
    {A::reopen, {"open", "-", "open", "open", "-"}},
    {A::wait, {"waiting", "waiting", "-", "-", "-"}},
    {A::solve, {"solved", "solved", "solved", "-", "-"}},
    {A::close, {"closed", "closed", "closed", "closed", "-"}},
};

TEST(RequestStates, EveryWayIsAsWrittenDownAndEveryOtherIsNone) {
    ASSERT_EQ(kWays.size(), kRequestActs.size());
    for (const auto act : kRequestActs) {
        for (std::size_t i = 0; i < kRequestStates.size(); ++i) {
            const auto state = next(kRequestStates[i], act);
            EXPECT_EQ(state ? std::string(name_of(*state)) : "-", kWays.at(act)[i])
                << name_of(kRequestStates[i]) << " act " << static_cast<int>(act);
        }
    }
}

TEST(RequestStates, NothingLeavesClosedAndClosedIsReachedFromEverywhere) {
    for (const auto act : kRequestActs) EXPECT_FALSE(next(RequestState::closed, act));
    for (const auto state : kRequestStates) {
        if (state == RequestState::closed) continue;
        EXPECT_EQ(next(state, A::close), RequestState::closed);
    }
}

TEST(RequestStates, WhatMayBeDoneIsWhatLeadsSomewhereAndNeverTheCustomersOwn) {
    EXPECT_EQ(acts_in(RequestState::fresh), (std::vector{A::assign, A::note, A::ask_back, A::answer,
                                                         A::reopen, A::wait, A::solve, A::close}));
    EXPECT_EQ(acts_in(RequestState::solved),
              (std::vector{A::assign, A::note, A::ask_back, A::answer, A::reopen, A::close}));
    EXPECT_TRUE(acts_in(RequestState::closed).empty());
}

TEST(RequestStates, NothingMovesBackToNew) {
    EXPECT_FALSE(move_to(RequestState::fresh));
    for (const auto state : kRequestStates) {
        for (const auto act : kRequestActs) {
            if (state == RequestState::fresh) continue;
            EXPECT_NE(next(state, act), RequestState::fresh);
        }
    }
}

TEST(RequestStates, NamesAreReadAsTheyAreWritten) {
    for (const auto state : kRequestStates) {
        EXPECT_EQ(request_state_from(name_of(state)), state);
    }
    EXPECT_FALSE(request_state_from("fresh"));
}

}  // namespace
}  // namespace avow::services
