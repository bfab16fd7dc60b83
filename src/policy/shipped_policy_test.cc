// SPDX-License-Identifier: Apache-2.0
// The policy that this checkout serves, in all its languages.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "policy/sample.hh"

namespace avow::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const std::filesystem::path kFolder = AVOW_SOURCE_DIR "/policy";

class ShippedPolicy : public ::testing::Test {
  protected:
    void SetUp() override {
        for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
            const auto name = entry.path().filename().string();
            if (!is_policy_file(name)) continue;
            std::string content;
            ASSERT_GET(content, read_file(entry.path()));
            files_.push_back({name, content});
        }
    }

    void replace_in(std::string_view file, const std::string& from, const std::string& to) {
        const auto found = std::ranges::find(files_, file, &SourceFile::name);
        ASSERT_NE(found, files_.end());
        found->content = sample::replaced(found->content, from, to);
    }

    std::vector<SourceFile> files_;
};

TEST_F(ShippedPolicy, IsBoundWholeInFiveLanguages) {
    const auto result = compile(files_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    EXPECT_EQ(result.sentences_unbound, 0u);
    std::vector<std::string> languages;
    for (const auto& translation : result.policy->translations) {
        languages.push_back(translation.language);
        ASSERT_EQ(translation.sentences.size(), result.policy->sentences.size());
    }
    EXPECT_THAT(languages, UnorderedElementsAre("ar", "de", "fr", "ja"));
}

TEST_F(ShippedPolicy, NothingIsLeftInTheLanguageOfTheSource) {
    const auto result = compile(files_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    const auto& policy = *result.policy;
    for (const auto& translation : policy.translations) {
        SCOPED_TRACE(translation.language);
        EXPECT_NE(translation.title, policy.title);
        for (std::size_t i = 0; i < policy.sentences.size(); ++i) {
            EXPECT_NE(translation.sentences[i], policy.sentences[i].text);
        }
        for (std::size_t i = 0; i < policy.purposes.size(); ++i) {
            EXPECT_NE(translation.purpose_labels[i], policy.purposes[i].label);
        }
        for (std::size_t i = 0; i < policy.channels.size(); ++i) {
            EXPECT_NE(translation.channel_labels[i], policy.channels[i].label);
        }
    }
}

// Whatever the order of words in a language, each sentence stands in the paragraph of its source.
TEST_F(ShippedPolicy, EveryLanguageReadsInTheSectionsOfTheSource) {
    const auto result = compile(files_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    const auto& policy = *result.policy;
    ASSERT_EQ(policy.sections.size(), 8u);
    EXPECT_EQ(policy.sections[0].heading, "Privacy at Lindenhof Languages");
    EXPECT_EQ(policy.sections[0].level, 1);
    EXPECT_EQ(policy.sections[7].heading, "Our people and this page");
    const auto sentences_of = [](const std::vector<Section>& sections) {
        std::vector<std::size_t> all;
        for (const auto& section : sections) {
            for (const auto& paragraph : section.paragraphs) {
                for (const auto sentence : paragraph.sentences) all.push_back(sentence.value);
            }
        }
        return all;
    };
    const auto in_order = sentences_of(policy.sections);
    ASSERT_EQ(in_order.size(), policy.sentences.size());
    EXPECT_TRUE(std::ranges::is_sorted(in_order));
    for (const auto& translation : policy.translations) {
        SCOPED_TRACE(translation.language);
        ASSERT_EQ(translation.sections.size(), policy.sections.size());
        EXPECT_EQ(sentences_of(translation.sections), in_order);
        for (std::size_t i = 0; i < policy.sections.size(); ++i) {
            EXPECT_NE(translation.sections[i].heading, policy.sections[i].heading);
            EXPECT_EQ(translation.sections[i].level, policy.sections[i].level);
        }
    }
}

TEST_F(ShippedPolicy, AChangedSentenceMakesEveryTranslationStaleByName) {
    const std::string before = "Our cookies say nothing about who you are.";
    const std::string after = "Our cookies say nothing at all about who you are.";
    replace_in("privacy.md", before, after);
    replace_in("promises.toml", before, after);
    const auto result = compile(files_);
    ASSERT_EQ(result.policy, nullptr);
    std::vector<std::string> stale;
    for (const auto& finding : result.findings) {
        EXPECT_EQ(finding.code, "stale_translation") << finding.text();
        EXPECT_THAT(finding.message, HasSubstr(before));
        EXPECT_THAT(finding.suggestion, HasSubstr(after));
        stale.push_back(finding.file);
    }
    EXPECT_THAT(stale, UnorderedElementsAre("promises.ar.toml", "promises.de.toml",
                                            "promises.fr.toml", "promises.ja.toml"));
}

TEST_F(ShippedPolicy, ATranslationWhoseTextDriftedFromItsQuoteIsNamed) {
    replace_in("privacy.fr.md", "Nos cookies ne disent rien de votre identité.",
               "Nos cookies ne disent presque rien de votre identité.");
    const auto result = compile(files_);
    ASSERT_EQ(result.policy, nullptr);
    const auto* unbound = sample::find_code(result, "unbound_sentence");
    ASSERT_NE(unbound, nullptr) << sample::listed(result);
    EXPECT_EQ(unbound->file, "privacy.fr.md");
    EXPECT_THAT(unbound->message, HasSubstr("presque rien"));
}

TEST_F(ShippedPolicy, ANewSentenceIsUntranslatedEverywhereUntilItIs) {
    replace_in("privacy.md", "Please take care of your own devices, too.",
               "Please take care of your own devices, too. Lock them.");
    replace_in("promises.toml", "says = \"Please take care of your own devices, too.\"",
               "says = \"Please take care of your own devices, too.\"\n\n[[statements]]\n"
               "says = \"Lock them.\"");
    const auto result = compile(files_);
    EXPECT_EQ(result.policy, nullptr);
    EXPECT_EQ(result.findings.size(), 4u) << sample::listed(result);
    for (const auto& finding : result.findings) {
        EXPECT_EQ(finding.code, "untranslated_sentence");
        EXPECT_THAT(finding.message, HasSubstr("Lock them."));
    }
}

}  // namespace
}  // namespace avow::policy
