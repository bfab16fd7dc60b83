// SPDX-License-Identifier: Apache-2.0
#include "traffic/alphabet.hh"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace avow::traffic {
namespace {

TEST(Alphabet, IsPublishedWholeAndSmall) {
    const auto all = cookie_alphabet();
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), kAlphabetMax);
    for (const auto& value : all) EXPECT_EQ(value.size(), 2u);
}

// Ten years of many people's visits, and every malformed cookie they might bring.
TEST(Alphabet, NoValueOutsideItIsEverMade) {
    const auto all = cookie_alphabet();
    const std::set<std::string> published(all.begin(), all.end());
    std::mt19937 dice(20260115);
    for (int person = 0; person < 200; ++person) {
        std::optional<std::string> cookie;
        if (person % 7 == 0)
            cookie = std::string(static_cast<std::size_t>(person % 5), static_cast<char>(person));
        std::int64_t day = 20'000;
        for (int page = 0; page < 200; ++page) {
            const auto step = turn_page(cookie, day);
            EXPECT_TRUE(published.contains(step.cookie)) << step.cookie;
            const auto& told = step.telling;
            const int firsts = told.today + 2 * told.week + 4 * told.month + 8 * told.year;
            EXPECT_EQ(telling_of(firsts, static_cast<int>(told.gap), told.depth), told);
            cookie = step.cookie;
            const auto days = static_cast<std::int64_t>(dice() % 4 == 0 ? dice() % 40 : 0);
            if (days > kCookieDays) cookie.reset();  // its Max-Age
            day += days;
        }
    }
}

// What sums of booleans say against a list of who came when: exact for days, weeks and months.
TEST(Alphabet, FirstsCountPeopleExactly) {
    std::mt19937 dice(7);
    std::map<std::int64_t, std::set<int>> by_day, by_week, by_month;
    std::map<std::int64_t, int> days, weeks, months;
    for (int person = 0; person < 300; ++person) {
        std::optional<std::string> cookie;
        std::int64_t last = 0;
        for (std::int64_t day = 19'700; day < 19'900; ++day) {
            if (dice() % 9 != 0) continue;
            if (day - last > kCookieDays) cookie.reset();
            for (auto pages = dice() % 3 + 1; pages > 0; --pages) {
                const auto step = turn_page(cookie, day);
                cookie = step.cookie;
                days[day] += step.telling.today;
                weeks[week_of(day)] += step.telling.week;
                months[month_of(day)] += step.telling.month;
            }
            by_day[day].insert(person);
            by_week[week_of(day)].insert(person);
            by_month[month_of(day)].insert(person);
            last = day;
        }
    }
    for (const auto& [day, people] : by_day) EXPECT_EQ(days[day], static_cast<int>(people.size()));
    for (const auto& [week, people] : by_week) {
        EXPECT_EQ(weeks[week], static_cast<int>(people.size()));
    }
    for (const auto& [month, people] : by_month) {
        EXPECT_EQ(months[month], static_cast<int>(people.size()));
    }
}

TEST(Alphabet, WeeksMonthsAndYearsBeginWhereTheCalendarSays) {
    EXPECT_EQ(week_of(20'473), 20'472);  // Tuesday 2026-01-20: Monday was the 19th
    EXPECT_EQ(week_of(20'472), 20'472);
    EXPECT_EQ(week_of(20'471), 20'465);
    EXPECT_EQ(month_of(20'472), 20'454);  // 2026-01-01
    EXPECT_EQ(year_of(20'700), 20'454);
}

TEST(Alphabet, CombinationsThatNoCookieLeadsToAreRefused) {
    EXPECT_FALSE(telling_of(16, 0, 1));
    EXPECT_FALSE(telling_of(1, 0, 2));  // first today, yet here today
    EXPECT_FALSE(telling_of(0, 1, 1));  // here yesterday, not first today
    EXPECT_FALSE(telling_of(1, 1, 2));  // first page, yet the second
    EXPECT_FALSE(telling_of(3, 4, 1));  // never here, yet not first of the year
    EXPECT_FALSE(telling_of(0, 5, 1));
    EXPECT_FALSE(telling_of(0, 0, 11));
    EXPECT_TRUE(telling_of(0, 0, 10));
    EXPECT_TRUE(telling_of(15, 4, 1));
}

}  // namespace
}  // namespace avow::traffic
