// SPDX-License-Identifier: Apache-2.0
#include "services/studies/digests.hh"

#include <chrono>

#include <gtest/gtest.h>

namespace avow::services {
namespace {

using namespace std::chrono;

std::int64_t day_of(int y, unsigned m, unsigned d) {
    return sys_days{year{y} / month{m} / day{d}}.time_since_epoch().count();
}

TEST(Digests, AWeekRunsFromMondayAndAMonthIsOneOfTheCalendar) {
    const auto monday = day_of(2026, 11, 23);
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(last_whole(Every::week, monday + i), (Span{monday - 7, monday})) << i;
    }
    EXPECT_EQ(last_whole(Every::week, monday + 7).from, monday);
    EXPECT_EQ(last_whole(Every::month, day_of(2026, 3, 1)),
              (Span{day_of(2026, 2, 1), day_of(2026, 3, 1)}));
    EXPECT_EQ(last_whole(Every::month, day_of(2024, 3, 31)),
              (Span{day_of(2024, 2, 1), day_of(2024, 3, 1)}));
    EXPECT_EQ(last_whole(Every::month, day_of(2026, 1, 15)),
              (Span{day_of(2025, 12, 1), day_of(2026, 1, 1)}));
}

// Whatever day it is: whole, over, and the newest of its kind.
TEST(Digests, TheNewestWholeSpanHasEndedAndNoOtherFitsAfterIt) {
    for (auto today = day_of(2023, 1, 1); today < day_of(2029, 1, 1); ++today) {
        for (const auto every : {Every::week, Every::month}) {
            const auto span = last_whole(every, today);
            ASSERT_LE(span.to, today);
            ASSERT_GT(span.to, today - (every == Every::week ? 7 : 31));
            ASSERT_EQ(last_whole(every, span.to), span);
            ASSERT_EQ(last_whole(every, span.to - 1).to, span.from);
        }
    }
}

}  // namespace
}  // namespace avow::services
