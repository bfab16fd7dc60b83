// SPDX-License-Identifier: Apache-2.0
// Figures against published ones and against sums made by hand.
#include "services/survey/statistics.hh"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;
using avow::testing::Fails;
using avow::testing::IsOk;

TEST(Share, HasWilsonsInterval) {
    // Newcombe (1998), table I: 81 of 263 and 15 of 148; 0 of 20.
    const auto first = share(81, 263);
    EXPECT_NEAR(first.value, 0.3080, 5e-5);
    EXPECT_NEAR(first.low, 0.2553, 5e-5);
    EXPECT_NEAR(first.high, 0.3662, 5e-5);
    const auto second = share(15, 148);
    EXPECT_NEAR(second.low, 0.0624, 5e-5);
    EXPECT_NEAR(second.high, 0.1605, 5e-5);
    const auto none = share(0, 20);
    EXPECT_DOUBLE_EQ(none.low, 0);
    EXPECT_NEAR(none.high, 0.1611, 5e-5);
}

TEST(NetPromoterScore, IsPromotersLessDetractors) {
    const auto score = net_promoter_score(50, 30, 20);
    EXPECT_DOUBLE_EQ(score.value, 30);
    // p = 50.75/103, d = 20.75/103: 29.126 ± 1.96·100·√((p + d − (p − d)²)/103)
    EXPECT_NEAR(score.low, 14.051, 1e-3);
    EXPECT_NEAR(score.high, 44.201, 1e-3);
    const auto all = net_promoter_score(10, 0, 0);
    EXPECT_DOUBLE_EQ(all.value, 100);
    EXPECT_LT(all.low, 100);  // ten of ten is not certainty
    EXPECT_DOUBLE_EQ(net_promoter_score(0, 0, 4).value, -100);
}

TEST(Mean, HasStudentsInterval) {
    // 2 4 4 4 5 5 7 9: mean 5, s = 2.138, t(7) = 2.3646
    const auto eight = mean(40, 232, 8);
    EXPECT_DOUBLE_EQ(eight.value, 5);
    EXPECT_NEAR(eight.low, 3.2125, 1e-3);
    EXPECT_NEAR(eight.high, 6.7875, 1e-3);
    const auto one = mean(3, 9, 1);
    EXPECT_DOUBLE_EQ(one.low, 3);
    EXPECT_DOUBLE_EQ(one.high, 3);
}

class Marks : public ::testing::Test {
  protected:
    Marks() {
        definition = read_definition(bj::parse(R"({"elements": [
            {"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10},
            {"type": "radiogroup", "name": "plan", "choices": ["free", "paid"]},
            {"type": "checkbox", "name": "used", "choices": ["a", "b", "c"]},
            {"type": "text", "name": "why"},
            {"type": "text", "name": "age", "inputType": "number"}]})"))
                         .value();
    }
    void add(std::int64_t day, std::string_view answers) {
        MarkKey key{};
        key[15] = static_cast<std::uint8_t>(rows.size());
        const auto marks =
            bj::serialize(marks_of(definition, 1, day, bj::parse(answers).as_object()));
        EXPECT_EQ(marks.find("secret"), std::string::npos);
        ASSERT_THAT(columns.add(key, marks, definition), IsOk());
        rows.push_back(*columns.find_row(key));
    }
    QuestionResult of(std::string_view name, std::size_t fewest = 1) {
        return result_of(*definition.find(name), columns, rows, fewest);
    }

    Definition definition;
    MarkColumns columns;
    std::vector<std::uint32_t> rows;
};

TEST_F(Marks, AreCountedByQuestionAndByMonth) {
    add(20'454, R"({"nps": 10, "plan": "paid", "used": ["a", "c"], "why": "secret"})");
    add(20'455, R"({"nps": 9, "plan": "paid", "used": ["a"], "age": 40})");
    add(20'490, R"({"nps": 3, "plan": "free", "age": 20})");
    add(20'490, R"({"plan": "free"})");
    const auto nps = of("nps");
    EXPECT_EQ(nps.answered, 3u);
    EXPECT_EQ(nps.measure, Measure::nps);
    EXPECT_NEAR(nps.estimate->value, 100.0 / 3, 1e-9);
    ASSERT_EQ(nps.counts.size(), 11u);
    EXPECT_EQ(nps.counts[10].count, 1u);
    ASSERT_EQ(nps.trend.size(), 2u);
    EXPECT_EQ(nps.trend[0].first_day, 20'454);  // 2026-01-01
    EXPECT_DOUBLE_EQ(nps.trend[0].estimate->value, 100);
    EXPECT_DOUBLE_EQ(nps.trend[1].estimate->value, -100);
    EXPECT_EQ(of("used").counts[0].count, 2u);
    EXPECT_EQ(of("used").answered, 2u);
    EXPECT_DOUBLE_EQ(of("age").average->value, 30);
}

TEST_F(Marks, OfFewAreNotTold) {
    add(20'454, R"({"nps": 10, "plan": "paid"})");
    add(20'454, R"({"nps": 9, "plan": "free"})");
    EXPECT_TRUE(of("nps", 3).counts.empty());
    EXPECT_FALSE(of("nps", 3).estimate);
    ASSERT_GET(const auto table,
               cross_tab(*definition.find("plan"), *definition.find("nps"), columns, rows, 2));
    EXPECT_EQ(table.cells[1][10], std::nullopt);  // one of them
    EXPECT_EQ(table.cells[0][0], 0u);             // none is told
}

TEST_F(Marks, CrossTwoQuestions) {
    for (int i = 0; i < 3; ++i) add(20'454, R"({"plan": "paid", "used": ["a", "b"]})");
    add(20'454, R"({"plan": "free", "used": ["b"]})");
    ASSERT_GET(const auto table,
               cross_tab(*definition.find("plan"), *definition.find("used"), columns, rows, 1));
    EXPECT_EQ(table.row_values, (std::vector<std::string>{"free", "paid"}));
    EXPECT_EQ(table.cells[1][0], 3u);
    EXPECT_EQ(table.cells[0][1], 1u);
    EXPECT_EQ(table.cells[0][2], 0u);
    EXPECT_THAT(cross_tab(*definition.find("why"), *definition.find("used"), columns, rows, 1),
                Fails(Code::invalid));
}

TEST_F(Marks, ThatWereDamagedAreRefused) {
    for (const auto* wrong : {"", "{}", R"({"v": 1, "d": 2})", R"({"v": 1, "d": 2, "m": []})"}) {
        EXPECT_FALSE(columns.add(MarkKey{}, wrong, definition)) << wrong;
    }
}

}  // namespace
}  // namespace avow::services
