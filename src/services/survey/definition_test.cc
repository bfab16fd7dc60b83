// SPDX-License-Identifier: Apache-2.0
// What a definition may say, and where it is told that the server could not check it. That answers
// are checked as survey-core checks them, tests/surveys/agreement.mjs shows.
#include "services/survey/definition.hh"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;
using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;

std::vector<std::string> places(const Error& error) {
    std::vector<std::string> pointers;
    for (const auto& one : error.inputs()) pointers.push_back(one.pointer);
    return pointers;
}

std::vector<std::string> wrong_places(std::string_view json) {
    const auto read = read_definition(bj::parse(json));
    return read ? std::vector<std::string>() : places(read.error());
}

constexpr std::string_view kVisit = R"({"title": {"default": "Your visit", "de": "Ihr Besuch"},
  "elements": [
    {"type": "rating", "name": "score", "rateMin": 0, "rateMax": 10, "isRequired": true},
    {"type": "comment", "name": "why", "visibleIf": "{score} <= 6", "maxLength": 20},
    {"type": "checkbox", "name": "used", "choices": ["chat", "mail"], "showOtherItem": true,
     "showNoneItem": true}]})";

Definition visit() {
    return read_definition(bj::parse(kVisit)).value();
}

std::vector<std::string> refused(std::string_view answers) {
    const auto checked = check_answers(visit(), bj::parse(answers));
    return checked ? std::vector<std::string>() : places(checked.error());
}

TEST(SurveyDefinition, IsReadInItsOrderAndItsLanguages) {
    const auto read = visit();
    ASSERT_EQ(read.questions.size(), 3u);
    EXPECT_EQ(read.questions[0].name, "score");
    EXPECT_EQ(text_in(read.title, "de"), "Ihr Besuch");
    EXPECT_EQ(text_in(read.title, "ja"), "Your visit");
}

TEST(SurveyDefinition, NamesThePropertyThatTheServerCannotCheck) {
    EXPECT_THAT(
        wrong_places(R"({"elements": [
        {"type": "text", "name": "a", "enableIf": "{b} = 1", "validators": [
            {"type": "regex", "regex": "^a+$"}]},
        {"type": "matrix", "name": "m"},
        {"type": "text", "name": "d", "inputType": "date"}],
        "triggers": [], "completedHtml": "<b>"})"),
        ElementsAre("/elements/0/validators/0/type", "/elements/0/enableIf", "/elements/1/type",
                    "/elements/2/inputType", "/triggers", "/completedHtml"));
}

TEST(SurveyDefinition, RefusesConditionsThatEnginesReadApart) {
    const auto with = [](std::string_view condition) {
        return wrong_places(
            R"({"elements": [{"type": "radiogroup", "name": "c", "choices": ["x"]},
                {"type": "text", "name": "t", "visibleIf": ")" +
            std::string(condition) + R"("}]})");
    };
    EXPECT_THAT(with("{c} = 'x' or {c} empty"), ElementsAre());
    for (const auto* wrong : {"{c} = 'y'", "{c} > 3", "{c} contains 'x'", "{t} notempty",
                              "{later} empty", "{c} anyof ['x']", "iif({c} empty, 1, 2)",
                              "{c} =", "({c} empty", "{c} empty {c} empty", "{c.y} empty"}) {
        EXPECT_THAT(with(wrong), ElementsAre("/elements/1/visibleIf")) << wrong;
    }
}

TEST(SurveyDefinition, RefusesWhatTwoThingsAreCalled) {
    EXPECT_THAT(wrong_places(R"({"elements": [
        {"type": "text", "name": "a"}, {"type": "text", "name": "A"},
        {"type": "text", "name": "locale"}, {"type": "text", "name": "a b"},
        {"type": "dropdown", "name": "d", "choices": ["x", "X", "none", " y", ""]}]})"),
                ElementsAre("/elements/1/name", "/elements/2/name", "/elements/3/name",
                            "/elements/4/choices/1", "/elements/4/choices/2",
                            "/elements/4/choices/3", "/elements/4/choices/4"));
}

TEST(SurveyDefinition, RefusesWhatIsNoSurvey) {
    EXPECT_THAT(wrong_places("[]"), ElementsAre(""));
    EXPECT_THAT(wrong_places("{}"), ElementsAre("/pages"));
    EXPECT_THAT(wrong_places(R"({"elements": [3]})"), ElementsAre("/elements/0/type"));
}

TEST(SurveyAnswers, OfWhatIsNotShownAreNoAnswers) {
    const auto kept = check_answers(visit(), bj::parse(R"({"score": 9, "why": "hidden"})"));
    ASSERT_THAT(kept, IsOk());
    EXPECT_EQ(bj::serialize(*kept), R"({"score":9})");
}

TEST(SurveyAnswers, AreRefusedAtTheirPlaces) {
    EXPECT_THAT(refused("{}"), ElementsAre("/score"));
    EXPECT_THAT(refused(R"({"score": 11})"), ElementsAre("/score"));
    EXPECT_THAT(refused(R"({"score": 5.5})"), ElementsAre("/score"));
    EXPECT_THAT(refused(R"({"score": "9"})"), ElementsAre("/score"));
    EXPECT_THAT(refused(R"({"score": 1, "why": "more than twenty characters"})"),
                ElementsAre("/why"));
    EXPECT_THAT(refused(R"({"score": 1, "used": ["chat", "chat"]})"), ElementsAre("/used"));
    EXPECT_THAT(refused(R"({"score": 1, "used": ["none", "chat"]})"), ElementsAre("/used"));
    EXPECT_THAT(refused(R"({"score": 1, "used": ["other"]})"), ElementsAre("/used-Comment"));
    EXPECT_THAT(refused(R"({"score": 1, "unknown": 2, "why-Comment": "x"})"),
                ElementsAre("/unknown", "/why-Comment"));
    EXPECT_THAT(check_answers(visit(), bj::parse("3")), Fails(Code::invalid));
}

TEST(SurveyAnswers, NeverRepeatWhatWasSentInTheWords) {
    const auto checked = check_answers(visit(), bj::parse(R"({"score": "my secret"})"));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().describe().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace avow::services
