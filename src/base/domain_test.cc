// SPDX-License-Identifier: Apache-2.0
#include "base/domain.hh"

#include <gtest/gtest.h>

namespace avow {
namespace {

TEST(Domain, BeyondAsciiItIsWrittenInALabels) {
    EXPECT_EQ(ascii_domain("bücher.example"), "xn--bcher-kva.example");
    EXPECT_EQ(ascii_domain("例え.jp"), "xn--r8jz45g.jp");
    EXPECT_EQ(ascii_domain("straße.de"), "xn--strae-oqa.de") << "and ß stays what it is";
    EXPECT_EQ(ascii_domain("BÜCHER.example"), "xn--bcher-kva.example");
    EXPECT_EQ(ascii_domain("Example.com"), "Example.com");
}

TEST(Domain, WhatIdnaDoesNotKnowIsNone) {
    EXPECT_EQ(ascii_domain("a\u2028b.example"), std::nullopt);
    EXPECT_EQ(ascii_domain("\u0301combining.example"), std::nullopt);
    EXPECT_EQ(ascii_domain("xn--a.example"), std::nullopt) << "no label decodes to this";
    EXPECT_EQ(ascii_domain(std::string_view("a\0b.example", 11)), std::nullopt);
    EXPECT_EQ(ascii_domain("ü" + std::string(63, 'a') + ".example"), std::nullopt) << "too long";
}

TEST(Domain, OneAddressIsTheSameInBothSpellings) {
    EXPECT_EQ(folded_address("Ada@xn--bcher-kva.example"), folded_address("ada@BÜCHER.example"));
    EXPECT_EQ(folded_address("ADA@Example.com"), "ada@example.com");
    EXPECT_EQ(folded_address("no address"), "no address");
    EXPECT_NE(folded_address("xn--bcher-kva@a.example"), folded_address("bücher@a.example"));
}

}  // namespace
}  // namespace avow
