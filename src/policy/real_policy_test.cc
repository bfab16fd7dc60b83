// SPDX-License-Identifier: Apache-2.0
// A real archived policy, when it stands beside the checkout.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "policy/check.hh"
#include "policy/sample.hh"

namespace avow::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::filesystem::path kFolder = AVOW_SOURCE_DIR "/../shared/policy/welocalize-2010";

class RealPolicy : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kFolder)) {
            GTEST_SKIP() << "the archived policy is not here; the sample's tests cover the same";
        }
        ASSERT_GET(text_, read_file(kFolder / "privacy.md"));
        ASSERT_GET(promises_, read_file(kFolder / "promises.toml"));
    }

    std::string text_;
    std::string promises_;
};

TEST_F(RealPolicy, IsBoundWhole) {
    const auto result = sample::compiled(text_, promises_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    EXPECT_EQ(result.quotes_bound, 33u);
    EXPECT_EQ(result.sentences_unbound, 0u);
    EXPECT_THAT(check_text(result),
                StartsWith("33 quotes bound, 0 unbound\n8 purposes, 8 fields, 5 channels"));
}

TEST_F(RealPolicy, EachPurposeCitesTheSentenceThatSpeaksOfIt) {
    const auto result = sample::compiled(text_, promises_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    const auto& policy = *result.policy;
    const auto cited = [&](std::string_view rule, std::string_view purpose) {
        const auto sentence = policy.sentence_for(rule, policy.find_purpose(purpose));
        return sentence ? policy[*sentence].text : std::string("nothing");
    };
    EXPECT_THAT(cited("contact.permission", "offers"),
                StartsWith("In addition, we use your personal information to keep you up to date"));
    EXPECT_THAT(cited("contact.permission", "announcements"), StartsWith("In addition,"));
    EXPECT_THAT(cited("contact.permission", "research"), StartsWith("From time to time"));
    EXPECT_THAT(cited("use.stated-purpose", "service"), StartsWith("Welocalize collects and uses"));
    EXPECT_THAT(cited("transport.tls", "service"), StartsWith("Welocalize portals use"));
    EXPECT_EQ(cited("no.such-rule", "service"), "nothing");
}

TEST_F(RealPolicy, RolesHaveThePurposesOfTheirWork) {
    const auto result = sample::compiled(text_, promises_);
    ASSERT_NE(result.policy, nullptr) << sample::listed(result);
    const auto names = [&](std::string_view role) {
        std::string all;
        const auto set = result.policy->purposes_of_role(role);
        for (std::size_t i = 0; i < result.policy->purposes.size(); ++i) {
            if (set[i]) all += result.policy->purposes[i].name + ' ';
        }
        return all;
    };
    EXPECT_EQ(names("agent"), "service access range ");
    EXPECT_EQ(names("marketer"), "announcements offers research ");
    EXPECT_EQ(names("researcher"), "research satisfaction improvement ");
    EXPECT_EQ(names("admin"), "");
}

struct Word {
    std::size_t at;
    std::size_t size;
    std::uint32_t line;
};

// Every word of the text but those of headings, which are not sentences.
std::vector<Word> words_of_sentences(const std::string& text) {
    std::vector<Word> words;
    std::uint32_t line = 1;
    bool heading = text.starts_with('#');
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\n') {
            ++line;
            heading = at + 1 < text.size() && text[at + 1] == '#';
        }
        if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end])) == 0) ++end;
        if (!heading) words.push_back({at, end - at, line});
        at = end;
    }
    return words;
}

// The sentence of the good policy in which the byte stands.
const Sentence& sentence_at(const Policy& policy, const std::string& text, std::size_t at) {
    const Sentence* found = nullptr;
    for (const auto& sentence : policy.sentences) {
        if (text.find(sentence.text) <= at) found = &sentence;
    }
    return *found;
}

TEST_F(RealPolicy, EveryChangedWordIsFoundWithItsLineAndItsQuote) {
    const auto good = sample::compiled(text_, promises_);
    ASSERT_NE(good.policy, nullptr) << sample::listed(good);
    const auto words = words_of_sentences(text_);
    EXPECT_GT(words.size(), 550u);
    for (const auto& word : words) {
        auto text = text_;
        text.replace(word.at, word.size, "zebra");
        SCOPED_TRACE(text_.substr(word.at, word.size) + " on line " + std::to_string(word.line));
        const auto result = sample::compiled(text, promises_);
        ASSERT_EQ(result.policy, nullptr);
        ASSERT_EQ(result.findings.size(), 2u) << sample::listed(result);
        const auto& sentence = sentence_at(*good.policy, text_, word.at);

        const auto& unbound = result.findings[0];
        EXPECT_EQ(unbound.code, "unbound_sentence");
        EXPECT_EQ(unbound.file, "privacy.md");
        EXPECT_EQ(unbound.line, word.line);
        EXPECT_EQ(unbound.column, sentence.column);
        EXPECT_THAT(unbound.suggestion, HasSubstr(sentence.text));

        const auto& lost = result.findings[1];
        EXPECT_EQ(lost.code, "quote_not_found");
        EXPECT_THAT(lost.message, HasSubstr(sentence.text));
        EXPECT_THAT(lost.suggestion, HasSubstr("privacy.md:" + std::to_string(word.line) + ':' +
                                               std::to_string(sentence.column)));
    }
}

TEST_F(RealPolicy, EveryDeletedWordIsFoundToo) {
    for (const auto& word : words_of_sentences(text_)) {
        auto text = text_;
        text.erase(word.at, word.size);
        SCOPED_TRACE(text_.substr(word.at, word.size) + " on line " + std::to_string(word.line));
        const auto result = sample::compiled(text, promises_);
        ASSERT_FALSE(result.findings.empty());
        EXPECT_EQ(result.findings[0].line, word.line) << sample::listed(result);
    }
}

}  // namespace
}  // namespace avow::policy
