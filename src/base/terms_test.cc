// SPDX-License-Identifier: Apache-2.0
#include "base/terms.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool found(std::string_view text, std::string_view sought) {
    return match(packed(terms_in(text)), terms_in(sought));
}

TEST(Terms, AreTheWordsOfATextEachOnce) {
    EXPECT_THAT(terms_in("The manual, the MANUAL: order no. 4711!"),
                ElementsAre("4711", "manual", "no", "order", "the"));
    EXPECT_THAT(terms_in(""), IsEmpty());
    EXPECT_THAT(terms_in(" -- ... \n\t"), IsEmpty());
}

TEST(Terms, AreFoundAsPeopleSpellThem) {
    EXPECT_TRUE(found("Das Handbuch für die Straße", "STRASSE fur"));
    EXPECT_TRUE(found("Le résumé du contrat", "resume"));
    EXPECT_TRUE(found("Le resume du contrat", "résumé"));
    EXPECT_TRUE(found("\u0643\u064e\u062a\u064e\u0628\u064e", "\u0643\u062a\u0628"));
    EXPECT_TRUE(found("ｆｕｌｌ width", "full"));
    EXPECT_TRUE(found("日本語のマニュアルをください", "マニュアル"));
    EXPECT_TRUE(found("日本語のマニュアルをください", "日本語 マニュアル"));
    EXPECT_FALSE(found("ばら", "はら")) << "a voiced kana is another";
    EXPECT_TRUE(found("write to ada.lovelace@example.org", "lovelace example.org"));
    EXPECT_TRUE(found("c'est l\u2019appel d'hier", "appel hier"));
    EXPECT_TRUE(
        found("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"));
}

TEST(Terms, AreFoundByHowTheyBegin) {
    EXPECT_TRUE(found("the manuals are here", "manual"));
    EXPECT_FALSE(found("the manual is here", "manuals"));
    EXPECT_FALSE(found("the handbook", "book"));
}

TEST(Terms, AllThatIsSoughtMustBeThere) {
    EXPECT_TRUE(found("a Japanese manual", "manual japanese"));
    EXPECT_FALSE(found("a Japanese manual", "manual french"));
    EXPECT_FALSE(found("a Japanese manual", ""));
    EXPECT_FALSE(found("", "manual"));
}

TEST(Terms, EndSomewhere) {
    const auto terms = terms_in(std::string(100'000, 'x') + " end");
    EXPECT_THAT(terms, ElementsAre("end", std::string(kTermMax, 'x')));
    std::string many;
    for (int i = 0; i < 20'000; ++i) many += "word" + std::to_string(i) + " ";
    const auto all = packed(terms_in(many));
    EXPECT_LE(all.size(), kTermsBytes + 256);
    EXPECT_TRUE(match(all, terms_in("word0")));
    // Cut where a character ends.
    std::string long_one;
    for (int i = 0; i < 40; ++i) long_one += "\u00f8";
    EXPECT_EQ(terms_in(long_one).at(0).size(), kTermMax);
}

TEST(Terms, WhatIsNoTextIsNoHarm) {
    EXPECT_THAT(terms_in("a\xff\xfe b"), ElementsAre("a", "b"));
    EXPECT_THAT(terms_in(std::string("a\0b", 3)), ElementsAre("a", "b"));
}

TEST(Terms, AnExcerptIsWhereTheyAre) {
    const std::string text =
        "Dear all,\nthank you for the quick answer.\n\nThe Japanese manual lacks page 12, as "
        "did the one before, and so we cannot print it, but the French manual is whole.\nBye\n";
    EXPECT_EQ(excerpt(text, terms_in("japanese manual"), 80),
              "The Japanese manual lacks page 12, as did the one before, and so we cannot print");
    EXPECT_EQ(excerpt(text, terms_in("french"), 80), "it, but the French manual is whole.");
    EXPECT_EQ(excerpt(text, terms_in("absent"), 80), "Dear all,");
    EXPECT_EQ(excerpt("", terms_in("absent"), 80), "");
    std::string wide;
    for (int i = 0; i < 100; ++i) wide += "\u65e5";
    EXPECT_EQ(excerpt(wide, terms_in("x"), 80).size(), 78u);
}

TEST(Terms, SizesTellLittle) {
    EXPECT_EQ(packed(terms_in("one")).size(), packed(terms_in("one two three four")).size());
    EXPECT_EQ(packed({}).size(), 256u);
}

}  // namespace
}  // namespace avow
