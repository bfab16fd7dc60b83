// SPDX-License-Identifier: Apache-2.0
// Every check of the compiler, with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/sample.hh"

namespace avow::policy {
namespace {

using namespace sample;  // NOLINT: the sample is this file's vocabulary
using ::testing::HasSubstr;

// One bent line of promises.toml, the finding it must give, and at which words of the bent file.
struct Bent {
    std::string from;
    std::string to;
    std::string code;
    std::string at;          // the finding stands where these words begin
    std::string suggestion;  // a part of it
};

class Promises : public ::testing::TestWithParam<Bent> {};

TEST_P(Promises, WrongOnesAreNamedWithTheirPlace) {
    const auto& bent = GetParam();
    const auto promises = replaced(kPromises, bent.from, bent.to);
    const auto result = compiled(kText, promises);
    EXPECT_EQ(result.policy, nullptr);
    const auto* finding = find_code(result, bent.code);
    ASSERT_NE(finding, nullptr) << listed(result);
    EXPECT_EQ(finding->file, "promises.toml");
    EXPECT_EQ(place_of(*finding), place_in(promises, bent.at)) << finding->text();
    EXPECT_THAT(finding->suggestion, HasSubstr(bent.suggestion)) << finding->text();
}

const std::string kLong(70, 'x');

INSTANTIATE_TEST_SUITE_P(
    Declarations, Promises,
    ::testing::Values(
        Bent{"schema = 1\n", "schema = 2\n", "unknown_schema", "2\n", "schema = 1"},
        Bent{"schema = 1\n", "schema = \"1\"\n", "wrong_type", "\"1\"", ""},
        Bent{"schema = 1\n", "", "missing_key", "\n[policy]", "add schema"},
        Bent{"schema = 1\n", "schema = = 1\n", "toml_syntax", "= 1", ""},
        Bent{"title        = \"Privacy\"\n", "", "missing_key", "[policy]", "add title"},
        Bent{"\"Privacy\"", "\" \"", "empty_value", "\" \"", ""},
        Bent{"\"Privacy\"", "7", "wrong_type", "7", ""},
        Bent{"organization = ", "organisation = ", "unknown_key", "organisation",
             "did you mean \"organization\"?"},
        Bent{"2026-01-01", "\"2026-02-30\"", "bad_date", "\"2026-02-30\"", "2010-11-29"},
        Bent{"2026-01-01", "2026-02-30", "toml_syntax", "\nlanguage", ""},
        Bent{"\"1\"", "\"1/2\"", "bad_version", "\"1/2\"", ""},
        Bent{"\"en\"", "\"english\"", "bad_language", "\"english\"", "BCP 47"},
        Bent{"\"en\"", "\"en\"\nnotice_period = \"1 year\"", "bad_notice_period", "\"1 year\"",
             "30 days"},
        Bent{"[purposes.service]", "[purposes.\"ser vice\"]", "bad_name", "\"ser vice\"", ""},
        Bent{"[purposes.service]", "[purposes.\"\"]", "bad_name", "\"\"", ""},
        Bent{"[purposes.offers]", "[purposes.service]", "toml_syntax",
             "[purposes.service]\nlabel  ", ""},
        Bent{"\"Serving you\"", "\"\"", "empty_value", "\"\"", ""},
        Bent{"basis = \"contract\"", "basis = \"contrat\"", "unknown_basis", "\"contrat\"",
             "did you mean \"contract\"?"},
        Bent{"basis = \"contract\"\n", "", "missing_key", "service]", "add basis"},
        Bent{"basis = \"contract\"\n", "basis = \"contract\"\nprivacy_signal = true\n",
             "bad_privacy_signal", "true", "leave privacy_signal out, or change the basis"},
        Bent{"[policy]\n", "[policy]\njurisdiction = \"Germany\"\n", "bad_jurisdiction",
             "\"Germany\"", "write it as ISO 3166 does: DE, or US-CA"},
        Bent{"contact = true", "contact = \"yes\"", "wrong_type", "\"yes\"", ""},
        Bent{"category = \"contact\"\n", "", "missing_key", "email]", "add category"},
        Bent{"[\"email\"]", "[\"emial\"]", "undeclared_field", "\"emial\"",
             "did you mean \"email\"?"},
        Bent{"[\"email\"]", "[\"email\", \"email\"]", "duplicate_name", "\"email\"]", ""},
        Bent{"[\"email\"]", "[]", "empty_value", "[]", ""},
        Bent{"[\"email\"]", "\"email\"", "wrong_type", "\"email\"", ""},
        Bent{"[\"email\"]", "[3]", "wrong_type", "3]", ""},
        Bent{"[\"service\"]", "[\"servise\"]", "undeclared_purpose", "\"servise\"",
             "did you mean \"service\"?"},
        Bent{"[\"service\"]", "[\"offers\"]", "unused_purpose", "service]\nlabel", "delete it"},
        Bent{"\"2 years\"", "\"two years\"", "bad_retention", "\"two years\"", "\"2 years\""},
        Bent{"\"2 years\"", "\"0 years\"", "bad_retention", "\"0 years\"", ""},
        Bent{"\"2 years\"", "\"999999999999 years\"", "bad_retention", "\"999999999999", ""},
        Bent{"\"2 years\"", "\"-2 years\"", "bad_retention", "\"-2 years\"", ""},
        Bent{"\"until withdrawn\"", "\"until noon\"", "bad_retention", "\"until noon\"", ""},
        Bent{"\"legal-process\"", "\"legal process\"", "unknown_condition", "\"legal process\"",
             "\"legal-process\""},
        Bent{"[recipients.courts]", "[recipients." + kLong + "]", "bad_name", kLong, "64"}));

INSTANTIATE_TEST_SUITE_P(
    Quotes, Promises,
    ::testing::Values(Bent{"\"storage.encrypted\"", "\"storage.encripted\"", "unknown_rule",
                           "\"storage.encripted\"", "did you mean \"storage.encrypted\"?"},
                      Bent{"= \"safeguards\"", "= \"safegards\"", "unknown_safeguard",
                           "\"safegards\"", "did you mean \"safeguards\"?"},
                      Bent{"kept_by = \"storage.encrypted\"\n", "", "no_keeper",
                           "\"We keep your data", "[[statements]]"},
                      Bent{"kept_by = \"storage.encrypted\"",
                           "kept_by = \"storage.encrypted\"\nattested_by = \"safeguards\"",
                           "two_keepers", "\"We keep your data", "delete one"},
                      Bent{"kept_by = \"storage.encrypted\"",
                           "kept_by = \"storage.encrypted\"\npurposes = [\"offer\"]",
                           "undeclared_purpose", "\"offer\"]", "did you mean \"offers\"?"},
                      Bent{"[[statements]]\nsays", "[[statements]]\nsay", "unknown_key",
                           "say = ", "did you mean \"says\"?"},
                      Bent{"[[statements]]\nsays = \"Thank you for your trust.\"", "[[statements]]",
                           "missing_key", "[[statements]]", "add says"},
                      Bent{"[[statements]]", "[statements]", "wrong_type", "[statements]", ""},
                      Bent{"\"Thank you for your trust.\"", "\"Thanks to you for your trust.\"",
                           "quote_not_found", "\"Thanks",
                           "privacy.md:10:21: \"Thank you for your trust.\""},
                      Bent{"\"Thank you for your trust.\"", "\"Lorem ipsum dolor.\"",
                           "quote_not_found", "\"Lorem", "no sentence of the text is like it"}),
    [](const auto& test) { return test.param.code + std::to_string(test.index); });

TEST(Checks, TheSecondQuoteOfASentenceIsNamedWithTheFirst) {
    const auto promises = kPromises + "\n[[statements]]\nsays = \"We train everybody.\"\n";
    const auto result = compiled(kText, promises);
    ASSERT_EQ(result.findings.size(), 1u) << listed(result);
    EXPECT_EQ(result.findings[0].code, "quoted_twice");
    EXPECT_EQ(result.findings[0].line, 68u);
    EXPECT_EQ(result.findings[0].column, 8u);
    EXPECT_THAT(result.findings[0].suggestion, HasSubstr("promises.toml:"));
}

TEST(Checks, OverlappingQuotesAreNamed) {
    const auto within =
        compiled(kText, kPromises + "\n[[statements]]\nsays = \"train everybody\"\n");
    ASSERT_EQ(within.findings.size(), 1u) << listed(within);
    EXPECT_EQ(within.findings[0].code, "overlapping_quotes");
    EXPECT_THAT(within.findings[0].suggestion, HasSubstr("\"We train everybody.\""));

    const auto across =
        compiled(kText, kPromises + "\n[[statements]]\nsays = \"everybody. Thank you\"\n");
    ASSERT_EQ(across.findings.size(), 1u) << listed(across);
    EXPECT_EQ(across.findings[0].code, "overlapping_quotes");
}

TEST(Checks, TheRestOfASentenceIsUnbound) {
    const auto tail = with_promises("\"We train everybody.\"", "\"We train\"");
    ASSERT_EQ(tail.findings.size(), 1u) << listed(tail);
    EXPECT_EQ(tail.findings[0].code, "partial_quote");
    EXPECT_EQ(tail.findings[0].file, "privacy.md");
    EXPECT_EQ(place_of(tail.findings[0]), "10:10");
    EXPECT_THAT(tail.findings[0].message, HasSubstr("\"everybody.\""));
    EXPECT_THAT(tail.findings[0].suggestion, HasSubstr("\"We train\""));
    EXPECT_EQ(tail.sentences_unbound, 1u);

    const auto head = with_promises("\"Thank you for your trust.\"", "\"for your trust.\"");
    ASSERT_EQ(head.findings.size(), 1u) << listed(head);
    EXPECT_EQ(head.findings[0].code, "partial_quote");
    EXPECT_EQ(place_of(head.findings[0]), "10:21");

    const auto stop = with_promises("\"We train everybody.\"", "\"We train everybody\"");
    ASSERT_EQ(stop.findings.size(), 1u) << listed(stop);
    EXPECT_EQ(stop.findings[0].code, "partial_quote");
    EXPECT_EQ(place_of(stop.findings[0]), "10:19");
}

TEST(Checks, ANewSentenceIsUnboundAndSaysWhereToQuoteIt) {
    const auto result = with_text("Thank you", "We never sell data. Thank you");
    ASSERT_EQ(result.findings.size(), 1u) << listed(result);
    EXPECT_EQ(result.findings[0].code, "unbound_sentence");
    EXPECT_EQ(place_of(result.findings[0]), "10:21");
    EXPECT_THAT(result.findings[0].message, HasSubstr("\"We never sell data.\""));
    EXPECT_THAT(result.findings[0].suggestion, HasSubstr("promises.toml"));
}

TEST(Checks, CodeAndListItemsAreSentencesToo) {
    const auto result = compiled(kText + "\n```\nWe sell it.\n```\n\n1. We lend it.\n", kPromises);
    ASSERT_EQ(result.findings.size(), 2u) << listed(result);
    EXPECT_EQ(place_of(result.findings[0]), "13:1");
    EXPECT_EQ(place_of(result.findings[1]), "16:4");
}

TEST(Checks, RawHtmlIsRefusedAndCommentsAreNot) {
    EXPECT_NE(compiled(kText + "\n<!-- a note -->\n", kPromises).policy, nullptr);
    const auto block = compiled(kText + "\n<p>We sell your data.</p>\n", kPromises);
    ASSERT_EQ(block.findings.size(), 1u) << listed(block);
    EXPECT_EQ(block.findings[0].code, "raw_html");
    EXPECT_EQ(place_of(block.findings[0]), "12:1");
    const auto hidden = compiled(kText + "\n<!-- a --> <p>Sold.</p> <!-- b -->\n", kPromises);
    EXPECT_NE(find_code(hidden, "raw_html"), nullptr);
    EXPECT_NE(find_code(with_text("everybody", "<b>everybody</b>"), "raw_html"), nullptr);
}

TEST(Checks, InvalidUtf8NamesItsByte) {
    const auto text = with_text("everybody",
                                "every\xff"
                                "body");
    ASSERT_EQ(text.findings.size(), 1u) << listed(text);
    EXPECT_EQ(text.findings[0].code, "invalid_utf8");
    EXPECT_EQ(place_of(text.findings[0]), "10:15");
    const auto offset = std::to_string(kText.find("everybody") + 5);
    EXPECT_THAT(text.findings[0].message, HasSubstr("offset " + offset));

    const auto promises = with_promises("\"Courts\"", "\"Cou\xc3(rts\"");
    ASSERT_EQ(promises.findings.size(), 1u) << listed(promises);
    EXPECT_EQ(promises.findings[0].code, "invalid_utf8");
    EXPECT_EQ(promises.findings[0].file, "promises.toml");
}

TEST(Checks, ControlCharactersAreNamed) {
    const auto result = with_text("everybody", std::string("every\0body", 10));
    ASSERT_EQ(result.findings.size(), 1u) << listed(result);
    EXPECT_EQ(result.findings[0].code, "control_character");
}

TEST(Checks, AFileOfTenMegabytesIsRefusedUnread) {
    const auto result = compiled(std::string(10 << 20, '\xff'), std::string(10 << 20, '['));
    ASSERT_EQ(result.findings.size(), 2u) << listed(result);
    for (const auto& finding : result.findings) EXPECT_EQ(finding.code, "file_too_large");
    EXPECT_NE(compiled(kText + std::string(kPolicyFileMax - kText.size(), ' '), kPromises).policy,
              nullptr);
}

TEST(Checks, MissingFilesAreNamed) {
    const auto none = compile({});
    ASSERT_EQ(none.findings.size(), 2u);
    EXPECT_EQ(none.findings[0].file, "privacy.md");
    EXPECT_EQ(none.findings[1].file, "promises.toml");
    EXPECT_EQ(none.findings[1].code, "missing_file");
    // Without promises nothing is said about sentences: all of them would be unbound.
    EXPECT_EQ(compile({{"privacy.md", kText}}).findings.size(), 1u);
}

TEST(Checks, SixtyFourOfAKindAreTheMost) {
    const auto with_fields = [](int count) {
        auto promises = kPromises;
        for (int i = 2; i < count; ++i) {
            promises += "[fields.f" + std::to_string(i) + "]\nlabel = \"F\"\ncategory = \"c\"\n";
        }
        return compiled(kText, promises);
    };
    EXPECT_NE(with_fields(64).policy, nullptr) << listed(with_fields(64));
    const auto result = with_fields(66);
    ASSERT_EQ(result.findings.size(), 1u) << listed(result);
    EXPECT_EQ(result.findings[0].code, "too_many");
}

TEST(Checks, EveryFindingIsCollectedNotOnlyTheFirst) {
    auto promises = replaced(kPromises, "\"2 years\"", "\"2 yeers\"");
    promises = replaced(promises, "\"storage.encrypted\"", "\"storage\"");
    promises = replaced(promises, "[\"email\"]", "[\"mail\"]");
    promises = replaced(promises, "\"legal-process\"", "\"never\"");
    const auto result = compiled(replaced(kText, "trust", "faith"), promises);
    std::vector<std::string> codes;
    for (const auto& finding : result.findings) codes.push_back(finding.code);
    EXPECT_EQ(codes,
              (std::vector<std::string>{"unbound_sentence", "undeclared_field", "bad_retention",
                                        "unknown_condition", "unknown_rule", "quote_not_found"}));
}

}  // namespace
}  // namespace avow::policy
