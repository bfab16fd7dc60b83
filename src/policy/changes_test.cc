// SPDX-License-Identifier: Apache-2.0
#include "policy/changes.hh"

#include <gtest/gtest.h>

namespace avow::policy {
namespace {

Policy saying(const std::vector<std::string>& texts) {
    Policy policy;
    for (const auto& text : texts) policy.sentences.emplace_back().text = text;
    return policy;
}

std::vector<std::string> told(const std::vector<std::string>& before,
                              const std::vector<std::string>& after) {
    const auto older = saying(before);
    const auto newer = saying(after);
    std::vector<std::string> lines;
    for (const auto& change : changes_between(older, newer)) {
        lines.push_back((change.before ? older[*change.before].text : "") + " -> " +
                        (change.after ? newer[*change.after].text : ""));
    }
    return lines;
}

TEST(PolicyChanges, ASentenceThatOnlyMovedIsNoChange) {
    EXPECT_EQ(told({"We write to you.", "We keep it."}, {"We keep it.", "We write to you."}),
              std::vector<std::string>());
}

TEST(PolicyChanges, WhatIsNewWhatChangedAndWhatIsGoneAreToldApart) {
    EXPECT_EQ(told({"We keep your orders for two years.", "We sell nothing.", "We write to you."},
                   {"We write to you.", "We keep your orders for ten years.",
                    "Machines decide about discounts."}),
              (std::vector<std::string>{
                  "We keep your orders for two years. -> We keep your orders for ten years.",
                  " -> Machines decide about discounts.", "We sell nothing. -> "}));
}

TEST(PolicyChanges, ASentenceThatIsSaidOnceMoreIsNew) {
    EXPECT_EQ(told({"We keep it."}, {"We keep it.", "We keep it."}),
              std::vector<std::string>{" -> We keep it."});
}

TEST(PolicyChanges, AnOldSentenceBecomesOneNewSentenceOnly) {
    const auto lines =
        told({"We keep your orders for two years."},
             {"We keep your orders for three years.", "We keep your orders for four years."});
    EXPECT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines.at(1), " -> We keep your orders for four years.");
}

}  // namespace
}  // namespace avow::policy
