// SPDX-License-Identifier: Apache-2.0
#include "services/desk/phrases.hh"

#include <gmock/gmock.h>

#include "base/file.hh"
#include "base/text.hh"
#include "services/desk/testing.hh"
#include "services/rights/states.hh"

namespace avow::services {
namespace {

using avow::testing::IsOk;

TEST(Phrases, ASubjectIsRecognisedInEveryLanguageAndCase) {
    EXPECT_EQ(perhaps_right("Subject ACCESS Request (GDPR)"), "access");
    EXPECT_EQ(perhaps_right("Please  delete my   data"), "erasure");
    EXPECT_EQ(perhaps_right("Droit d’accès"), "access");
    EXPECT_EQ(perhaps_right("Löschung meiner Daten"), "erasure");
    EXPECT_EQ(perhaps_right("個人情報の開示について"), "access");
    EXPECT_EQ(perhaps_right("أريد حذف بياناتي"), "erasure");
    EXPECT_EQ(perhaps_right("A copy of my data, then delete my data"), "erasure");
    for (const auto* other : {"", "Hello", "Access to your building", "Delete the last order",
                              "Ein Widerspruch", "データ復旧の見積もり"})
        EXPECT_EQ(perhaps_right(other), "") << other;
}

TEST(Phrases, EachIsFoldedOfAKindAndPublished) {
    const auto docs = *read_file(std::filesystem::path(AVOW_SOURCE_DIR) / "docs/rights.md");
    for (const auto& phrase : right_phrases()) {
        EXPECT_EQ(fold(phrase.words), phrase.words);
        EXPECT_TRUE(right_kind_from(phrase.kind)) << phrase.kind;
        EXPECT_EQ(perhaps_right(phrase.words).empty(), false) << phrase.words;
        EXPECT_NE(docs.find("“" + std::string(phrase.words) + "”"), std::string::npos)
            << phrase.words;
    }
}

class PerhapsTest : public DeskTest {};

TEST_F(PerhapsTest, AMailIsMarkedAndNothingElseHappens) {
    ASSERT_THAT(take(mail("ada@example.org", "Delete my data", "All of it, please")), IsOk());
    auto request = queue().at(0);
    EXPECT_EQ(request.perhaps, "erasure");
    EXPECT_EQ(request.state, RequestState::fresh);
    Change change{request.id, {}, {}, {}, {}};
    change.looks_like_a_right = false;
    ASSERT_THAT(desk->change(change), IsOk());
    EXPECT_EQ(desk->get(request.id)->perhaps, "");
    EXPECT_EQ(desk->get(request.id)->state, RequestState::fresh);
}

TEST_F(PerhapsTest, WhatIsAlreadyOneOrSaysSoWithinAThreadIsNotMarked) {
    ASSERT_THAT(
        take(mail("ada@example.org", "Delete my data", "x"), {"help+erasure@portal.example"}),
        IsOk());
    EXPECT_EQ(queue().at(0).perhaps, "");
    ASSERT_THAT(take(mail("ada@example.org", "Hello", "x")), IsOk());
    EXPECT_EQ(queue().at(0).perhaps, "");
    ASSERT_THAT(
        take(mail("ada@example.org", "Access request", "x", "In-Reply-To: <2@sender.example>\r\n")),
        IsOk());
    EXPECT_EQ(queue().size(), 2u);
    EXPECT_EQ(queue().at(0).perhaps, "");
}

}  // namespace
}  // namespace avow::services
