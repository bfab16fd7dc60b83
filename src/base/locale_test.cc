// SPDX-License-Identifier: Apache-2.0
#include "base/locale.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avow {
namespace {

using ::testing::ElementsAre;

TEST(Locale, EachLanguageHasItsOwnPlurals) {
    EXPECT_THAT(plural_categories("en"), ElementsAre("one", "other"));
    EXPECT_THAT(plural_categories("ja"), ElementsAre("other"));
    EXPECT_THAT(plural_categories("ar"), ElementsAre("few", "many", "one", "other", "two", "zero"));
    EXPECT_EQ(plural_category("en", 0), "other");
    EXPECT_EQ(plural_category("fr", 0), "one");
    EXPECT_EQ(plural_category("ar", 2), "two");
    EXPECT_EQ(plural_category("ar", 11), "many");
    EXPECT_EQ(plural_category("ar", 100), "other");
}

TEST(Locale, NumbersHaveTheSeparatorsOfTheLanguageAndLatinDigits) {
    EXPECT_EQ(spelled_number("en", 1234567), "1,234,567");
    EXPECT_EQ(spelled_number("de", 1234567), "1.234.567");
    EXPECT_EQ(spelled_number("ar", 12), "12");
}

TEST(Locale, DatesAreWrittenAsPeopleWriteThemInUtc) {
    const Time late = *from_rfc3339("2026-01-15T23:59:59Z");
    EXPECT_EQ(spelled_date("en", late), "January 15, 2026");
    EXPECT_EQ(spelled_date("de", late), "15. Januar 2026");
    EXPECT_EQ(spelled_date("fr", late), "15 janvier 2026");
    EXPECT_EQ(spelled_date("ja", late), "2026年1月15日");
    EXPECT_EQ(spelled_date("ar", late), "15 يناير 2026");
}

TEST(Locale, ArabicRunsFromRightToLeft) {
    EXPECT_TRUE(is_right_to_left("ar"));
    EXPECT_FALSE(is_right_to_left("ja"));
}

}  // namespace
}  // namespace avow
