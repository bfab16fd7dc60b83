// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/sample.hh"

namespace avow::policy {
namespace {

using namespace sample;  // NOLINT: the sample is this file's vocabulary
using ::testing::HasSubstr;

TEST(Compile, SamplePolicyIsBoundWhole) {
    const auto result = compiled(kText, kPromises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.quotes_bound, 6u);
    EXPECT_EQ(result.sentences_unbound, 0u);
    const auto& policy = *result.policy;
    EXPECT_EQ(policy.title, "Privacy");
    EXPECT_EQ(policy.version, "1");
    EXPECT_EQ(policy.effective, "2026-01-01");
    EXPECT_EQ(policy.notice_period_days, 30u);
    ASSERT_EQ(policy.purposes.size(), 2u);
    EXPECT_EQ(policy.purposes[0].name, "service");  // as the file orders them, not the alphabet
    EXPECT_EQ(policy.purposes[1].contact, Contact::yes);
    EXPECT_EQ(policy.channels[1].fields, FieldSet(0b11));
    ASSERT_EQ(policy.sentences.size(), 6u);
    const auto& third = policy.sentences[2];
    EXPECT_EQ(third.id, "s3");
    EXPECT_EQ(third.text, "We take your address when you write to us.");
    EXPECT_EQ(third.line, 7u);
    EXPECT_EQ(third.column, 3u);
    EXPECT_EQ(policy.sentences[4].kind, SentenceKind::attested);
    EXPECT_EQ(policy.sentences[5].kind, SentenceKind::statement);
}

TEST(Compile, SentencesAreNumberedInTheOrderOfTheText) {
    const auto statement = std::string("[[statements]]\nsays = \"Thank you for your trust.\"\n");
    const auto first = "[[promises]]\nsays    = \"We keep your data secret.\"";
    auto promises = replaced(kPromises, statement, "");
    promises = replaced(promises, first, statement + "\n" + first);
    const auto result = compiled(kText, promises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->sentences.back().text, "Thank you for your trust.");
    EXPECT_EQ(result.policy->sentences.back().id, "s6");
}

TEST(Compile, OptionalKeysOfOursAreRead) {
    auto promises = replaced(kPromises, "language     = \"en\"",
                             "language     = \"en\"\nnotice_period = \"6 weeks\"");
    promises = replaced(promises, "kept_by = \"contact.permission\"",
                        "kept_by = \"contact.permission\"\npurposes = [\"offers\"]");
    const auto result = compiled(kText, promises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->notice_period_days, 42u);
    EXPECT_EQ(result.policy->sentences[3].purposes, PurposeSet(0b10));
}

TEST(Compile, MarkupEntitiesAndLineBreaksDoNotHideWords) {
    const auto result =
        with_text("We keep your data secret. We use it to serve you.",
                  "We *keep* your\n  **data** [secret](https://example.org/a \"b\").  We `use` "
                  "i&#116; to\nserve you\\.");
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->sentences[1].line, 4u);
    EXPECT_EQ(result.policy->sentences[1].column, 50u);
}

TEST(Compile, TableCellsAreSentencesAndTheirHeadsNeedNoQuote) {
    const auto table =
        "| What | Why |\n|---|---|\n| We train everybody. | Thank you for your trust. |";
    const auto text = replaced(kText, "We train everybody. Thank you for your trust.", table);
    const auto result = compiled(text, kPromises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->sentences[5].column, 25u);
    const auto unbound = compiled(replaced(text, "| We train", "| We all train"), kPromises);
    ASSERT_NE(find_code(unbound, "unbound_sentence"), nullptr) << listed(unbound);
    EXPECT_EQ(place_of(*find_code(unbound, "unbound_sentence")), "12:3");
}

TEST(Compile, SectionsKeepHeadingsAndListItems) {
    const auto result = compiled(kText, kPromises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    const auto& sections = result.policy->sections;
    ASSERT_EQ(sections.size(), 2u);
    EXPECT_EQ(sections[1].heading, "How");
    EXPECT_EQ(sections[1].level, 2);
    ASSERT_EQ(sections[1].paragraphs.size(), 3u);
    EXPECT_TRUE(sections[1].paragraphs[0].list_item);
    EXPECT_FALSE(sections[1].paragraphs[2].list_item);
    const std::vector<SentenceIndex> last{{4}, {5}};
    EXPECT_EQ(sections[1].paragraphs[2].sentences, last);
}

TEST(Compile, HeadingsAreNotSentences) {
    EXPECT_NE(with_text("## How", "## How we promise a lot.").policy, nullptr);
}

TEST(Compile, LineEndsAndByteOrderMarkChangeNoPlace) {
    const auto crlf = [](const std::string& text) {
        std::string out;
        for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
        return "\xef\xbb\xbf" + out;
    };
    const auto good = compiled(crlf(kText), crlf(kPromises));
    ASSERT_NE(good.policy, nullptr) << listed(good);
    EXPECT_EQ(good.policy->sentences[2].line, 7u);
    EXPECT_EQ(good.policy->sentences[1].column, 27u);

    const auto text = replaced(kText, "serve you.", "serve them.");
    const auto plain = compiled(text, kPromises);
    const auto windows = compiled(crlf(text), crlf(kPromises));
    ASSERT_EQ(plain.findings.size(), 2u) << listed(plain);
    EXPECT_EQ(listed(plain), listed(windows));
    EXPECT_EQ(place_of(plain.findings[0]), "3:27");
}

TEST(Compile, ColumnsCountCharactersAlsoFromRightToLeft) {
    const std::string hebrew = "אנחנו שומרים על הסוד שלך. אנחנו משרתים אותך.";
    auto promises = replaced(kPromises, "We keep your data secret.", "אנחנו שומרים על הסוד שלך.");
    promises = replaced(promises, "We use it to serve you.", "אנחנו משרתים אותך.");
    promises = replaced(promises, "language     = \"en\"", "language     = \"he\"");
    const auto text = replaced(kText, "We keep your data secret. We use it to serve you.", hebrew);
    const auto good = compiled(text, promises);
    ASSERT_NE(good.policy, nullptr) << listed(good);
    EXPECT_EQ(good.policy->sentences[1].column, 27u);

    const auto drifted = compiled(replaced(text, "משרתים", "עוזרים"), promises);
    ASSERT_EQ(drifted.findings.size(), 2u) << listed(drifted);
    EXPECT_EQ(place_of(drifted.findings[0]), "3:27");
    EXPECT_THAT(drifted.findings[0].suggestion, HasSubstr("אנחנו משרתים אותך."));
}

TEST(Compile, QuotesAreTheAuthorityWhereBreakingIsWrong) {
    const std::string text =
        "# 方針\n\n「安全です。」と約束\nします。We work with Foo Inc. and the U.S. "
        "Bar. It ends on 3. Oktober.\n";
    auto promises = kPromises.substr(0, kPromises.find("[[promises]]"));
    promises +=
        "[[statements]]\nsays = \"「安全です。」と約束します。\"\n"
        "[[statements]]\nsays = \"We work with Foo Inc. and the U.S. Bar.\"\n"
        "[[statements]]\nsays = \"It ends on 3. Oktober.\"\n";
    const auto result = compiled(text, promises);
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->sentences[1].line, 4u);
    EXPECT_EQ(result.policy->sentences[1].column, 5u);

    // One drifted sentence is one finding, although ICU would cut it after "Inc.".
    const auto drifted = compiled(replaced(text, "work with", "deal with"), promises);
    EXPECT_EQ(drifted.sentences_unbound, 1u) << listed(drifted);
}

TEST(Compile, OneQuoteBindsEveryPlaceThatSaysIt) {
    const auto result =
        with_text("We train everybody.", "We train everybody. We use it to serve you.");
    ASSERT_NE(result.policy, nullptr) << listed(result);
    EXPECT_EQ(result.policy->sentences[1].line, 3u);
}

TEST(Compile, OtherFilesOfTheFolderAreIgnored) {
    const auto result = compile({{"privacy.md", kText},
                                 {"README.md", "Not ours."},
                                 {"promises.toml", kPromises},
                                 {"promises.toml~", "broken ="}});
    EXPECT_NE(result.policy, nullptr) << listed(result);
    EXPECT_TRUE(is_policy_file("privacy.pt-BR.md"));
    EXPECT_FALSE(is_policy_file("LICENSE"));
}

TEST(Compile, FindingsComeByFileThenByPlace) {
    auto text = replaced(kText, "keep your data", "hold your data");
    text = replaced(text, "Thank you", "We thank you");
    const auto result = compiled(text, replaced(kPromises, "use.stated-purpose", "use.stated"));
    EXPECT_EQ(result.policy, nullptr);
    EXPECT_EQ(result.version, "1");
    EXPECT_EQ(result.sentences_unbound, 2u);
    EXPECT_EQ(result.quotes_bound, 4u);
    std::vector<std::string> places;
    for (const auto& finding : result.findings) places.push_back(finding.file + finding.code);
    EXPECT_EQ(places,
              (std::vector<std::string>{"privacy.mdunbound_sentence", "privacy.mdunbound_sentence",
                                        "promises.tomlquote_not_found", "promises.tomlunknown_rule",
                                        "promises.tomlquote_not_found"}))
        << listed(result);
}

TEST(Compile, FindingsAreBounded) {
    std::string text = "# Privacy\n\n";
    for (int i = 0; i < 5000; ++i) text += "Sentence number " + std::to_string(i) + " is here. ";
    const auto result = compiled(text, kPromises);
    EXPECT_EQ(result.findings.size(), kFindingsMax);
    EXPECT_EQ(result.sentences_unbound, 5000u);
    EXPECT_EQ(result.findings_left_off, 5000u + 6u - kFindingsMax);
}

}  // namespace
}  // namespace avow::policy
