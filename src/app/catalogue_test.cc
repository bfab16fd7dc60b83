// SPDX-License-Identifier: Apache-2.0
#include "app/catalogue.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::app {
namespace {

using avow::testing::Fails;
using ::testing::HasSubstr;

constexpr std::string_view kGood = R"([[services]]
name = "courses"
company = "Sample"
label = { en = "Courses", de = "Kurse" }
text = "In the evening."
)";

std::string wrong_with(std::string text) {
    const auto read = parse_catalogue(text, "services.toml");
    return read ? "nothing" : read.error().words().value;
}

std::string with(const std::string& part, const std::string& other) {
    std::string text(kGood);
    return text.replace(text.find(part), part.size(), other);
}

TEST(Catalogue, ATextIsOneForAllOrOneForEachLanguage) {
    const auto read = parse_catalogue(kGood, "services.toml").value();
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].labels.at("de"), "Kurse");
    EXPECT_EQ(read[0].texts.at("en"), "In the evening.");
}

TEST(Catalogue, WhatIsWrongIsNamedWithItsPlace) {
    EXPECT_THAT(wrong_with("[[services"), HasSubstr("services.toml:1:"));
    EXPECT_THAT(wrong_with(with("name", "nmae")), HasSubstr("services.toml:2:"));
    EXPECT_THAT(wrong_with(with("courses", "Our Courses")), HasSubstr("a-z"));
    EXPECT_THAT(wrong_with(with("de =", "xx =")), HasSubstr("services.toml:4:"));
    EXPECT_THAT(wrong_with(with("en = \"Courses\", ", "")), HasSubstr("`en`"));
    EXPECT_THAT(wrong_with(std::string(kGood) + std::string(kGood)), HasSubstr("twice"));
    EXPECT_THAT(wrong_with("title = 1\n" + std::string(kGood)), HasSubstr("services.toml:1:"));
    EXPECT_THAT(parse_catalogue("", "services.toml"), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::app
