// SPDX-License-Identifier: Apache-2.0
#include "services/rights/states.hh"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "base/text.hh"

namespace avow::services {
namespace {

using E = RightEvent;
using S = RightState;
using avow::testing::IsOk;

std::set<std::string> ways_of_the_program() {
    std::set<std::string> ways;
    for (const auto state : kRightStates) {
        for (const auto event : kRightEvents) {
            if (const auto to = next(state, event)) {
                ways.insert(std::string(name_of(event)) + " " + std::string(name_of(state)) + " " +
                            std::string(name_of(*to)));
            }
        }
    }
    return ways;
}

// Each match of a pattern with three groups: event, from, to.
std::set<std::string> ways_in(const std::string& text, const std::string& pattern) {
    std::set<std::string> ways;
    const std::regex line(pattern);
    for (auto it = std::sregex_iterator(text.begin(), text.end(), line);
         it != std::sregex_iterator(); ++it) {
        ways.insert((*it)[1].str() + " " + (*it)[2].str() + " " + (*it)[3].str());
    }
    return ways;
}

TEST(RightStates, WhatSpinProvesIsWhatThisProgramDoes) {
    ASSERT_GET(const auto model, read_file(AVOW_SOURCE_DIR "/tests/model/rights.pml"));
    EXPECT_EQ(ways_in(model, R"(:: e == (\w+) && state == (\w+) +-> state = (\w+))"),
              ways_of_the_program());
}

TEST(RightStates, WhatIsWrittenDownIsWhatThisProgramDoes) {
    ASSERT_GET(const auto page, read_file(AVOW_SOURCE_DIR "/docs/rights.md"));
    std::set<std::string> written;
    for (const auto& way :
         ways_in(page, R"(\n\| `(\w+)` \| `([\w` ]+)` \| (?:`(\w+)`|the same) \|)")) {
        const auto event = way.substr(0, way.find(' '));
        const auto to = way.substr(way.rfind(' ') + 1);
        auto from = way.substr(event.size() + 1, way.size() - event.size() - to.size() - 2);
        std::erase(from, '`');
        for (const auto one : split(from, ' ')) {
            const std::string start(one);
            written.insert(event + " " + start + " " + (to.empty() ? start : to));
        }
    }
    EXPECT_EQ(written, ways_of_the_program());
}

TEST(RightStates, NothingLeavesAnEndAndFromEverywhereOneIsReached) {
    std::set<S> ends;
    for (const auto state : kRightStates) {
        if (is_closed(state)) ends.insert(state);
    }
    EXPECT_EQ(ends.size(), 4u);
    for (const auto end : ends) {
        for (const auto event : kRightEvents) EXPECT_FALSE(next(end, event)) << name_of(event);
    }
    for (const auto kind : kRightKinds) {
        for (const auto start : kRightStates) {
            const bool of_kind = start == S::ready      ? kind == RightKind::access
                                 : start == S::carrying ? kind != RightKind::access
                                                        : true;
            if (!of_kind) continue;
            std::set<S> reached{start};
            std::vector<S> todo{start};
            while (!todo.empty()) {
                const auto state = todo.back();
                todo.pop_back();
                for (const auto event : kRightEvents) {
                    const auto to = next(state, event, kind);
                    if (to && reached.insert(*to).second) todo.push_back(*to);
                }
            }
            EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), is_closed))
                << name_of(kind) << " from " << name_of(start);
        }
    }
}

TEST(RightStates, OnlyAnOfficersWordLeadsToAnAnswer) {
    for (const auto kind : kRightKinds) {
        std::set<S> reached{S::received};
        std::vector<S> todo{S::received};
        while (!todo.empty()) {
            const auto state = todo.back();
            todo.pop_back();
            for (const auto event : kRightEvents) {
                const auto to = event == E::approve ? std::nullopt : next(state, event, kind);
                if (to && reached.insert(*to).second) todo.push_back(*to);
            }
        }
        for (const auto state : {S::approved, S::carrying, S::ready, S::done})
            EXPECT_FALSE(reached.contains(state)) << name_of(kind) << " " << name_of(state);
    }
}

TEST(RightStates, AnActUnderWayIsNeitherTakenBackNorRefused) {
    for (const auto event : {E::withdraw, E::refuse, E::expire, E::extend})
        EXPECT_FALSE(next(S::carrying, event)) << name_of(event);
}

TEST(RightStates, NamesAreReadBackAndOthersAreNot) {
    for (const auto state : kRightStates) EXPECT_EQ(right_state_from(name_of(state)), state);
    for (const auto kind : kRightKinds) EXPECT_EQ(right_kind_from(name_of(kind)), kind);
    std::set<std::string_view> events;
    for (const auto event : kRightEvents) events.insert(name_of(event));
    EXPECT_EQ(events.size(), kRightEvents.size());
    EXPECT_FALSE(right_state_from("new"));
    EXPECT_FALSE(right_kind_from("export"));
    EXPECT_FALSE(refusal_ground_from(""));
    EXPECT_EQ(extension_reason_from("number"), ExtensionReason::number);
    EXPECT_EQ(right_regime_from("ccpa"), RightRegime::ccpa);
}

std::string deadline(const char* received, RightRegime regime) {
    return rfc3339(deadline_of(from_rfc3339(received).value(), regime));
}

TEST(RightDeadline, IsOneMonthOfTheCalendarAndInAShortMonthItsLastDay) {
    EXPECT_EQ(deadline("2026-03-10T09:30:00Z", RightRegime::gdpr), "2026-04-10T09:30:00.000Z");
    EXPECT_EQ(deadline("2026-01-31T23:59:59Z", RightRegime::gdpr), "2026-02-28T23:59:59.000Z");
    EXPECT_EQ(deadline("2028-01-31T00:00:00Z", RightRegime::gdpr), "2028-02-29T00:00:00.000Z");
    EXPECT_EQ(deadline("2026-12-31T12:00:00Z", RightRegime::gdpr), "2027-01-31T12:00:00.000Z");
    EXPECT_EQ(deadline("2026-01-01T00:00:00Z", RightRegime::ccpa), "2026-02-15T00:00:00.000Z");
}

TEST(RightDeadline, ExtendedIsCountedFromTheReceiptAndNotFromTheFirstDeadline) {
    const auto received = from_rfc3339("2026-11-30T08:00:00Z").value();
    EXPECT_EQ(rfc3339(extended_deadline_of(received, RightRegime::gdpr)),
              "2027-02-28T08:00:00.000Z");
    // By way of December the 30th it would be two days into March.
    EXPECT_EQ(rfc3339(after_months(after_months(received, 1), 2)), "2027-02-28T08:00:00.000Z");
    EXPECT_EQ(extended_deadline_of(received, RightRegime::ccpa) - received, 90 * kDayMs);
}

}  // namespace
}  // namespace avow::services
