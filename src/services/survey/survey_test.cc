// SPDX-License-Identifier: Apache-2.0
// Surveys from the draft to the result: who may answer, once, of which version; what withdrawing,
// erasing and a changed mind take out of every result; what the store holds of it.
#include "services/survey/survey.hh"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "gate/retention.hh"
#include "gate/testing.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;
using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kSecret = "my dentist is Dr. Rosenblum";

std::string promises_with_surveys() {
    auto text = gate::testing::kPromises;
    text = gate::testing::replaced(text, "[channels.letter]", R"([purposes.research]
label = "Research"
basis = "permission"
[fields.answers]
label = "Answers"
category = "survey"
[channels.survey]
label = "A survey"
fields = ["email", "answers"]
purposes = ["improvement", "research"]
retain = "1 year"
[channels.letter])");
    text = gate::testing::replaced(text, "kept_by = \"contact.permission\"",
                                   "kept_by = \"contact.permission\"\npurposes = [\"offers\", "
                                   "\"research\"]");
    text = gate::testing::replaced(text,
                                   "says = \"We improve our work with it.\"\nkept_by = "
                                   "\"use.stated-purpose\"",
                                   "says = \"We improve our work with it.\"\nkept_by = "
                                   "\"use.stated-purpose\"\npurposes = [\"improvement\"]");
    return gate::testing::replaced(text, "version = \"1\"", "version = \"2\"");
}

const bj::value& definition() {
    static const auto json = bj::parse(R"({"elements": [
        {"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10, "isRequired": true},
        {"type": "radiogroup", "name": "plan", "choices": ["free", "paid"]},
        {"type": "comment", "name": "why"}]})");
    return json;
}

class SurveysTest : public ::testing::Test {
  protected:
    SurveysTest() {
        house.publish(promises_with_surveys());
        open();
    }
    void open() {
        surveys = Surveys::create(*house.store, *house.gate, {}, house.clock, house.random).value();
    }
    Survey opened(SurveyMode mode, std::vector<std::string> purposes = {"improvement"}) {
        const auto made =
            surveys->make({"How was it", mode, std::move(purposes), definition()}, "Rita");
        EXPECT_THAT(made, IsOk());
        return surveys->change_state(made->id, SurveyState::open).value();
    }
    CustomerId customer() {
        gate::Collection collection;
        collection.channel = "portal";
        collection.fields.push_back(
            {"email", Personal<std::string>("c" + std::to_string(++made_) + "@example.org")});
        return house.gate->collect(collection, own).value().customer;
    }
    static SurveyReply reply(std::string answers, std::int64_t version = 1) {
        static int tickets = 0;
        return {version, "2",  Personal<std::string>(std::move(answers)),
                {},      "en", "ticket-of-a-browser-" + std::to_string(++tickets)};
    }
    std::size_t counted(const SurveyId& survey, const std::string& purpose = "improvement") {
        const auto results = surveys->results({survey, purpose, {}, {}, {}, "", ""}, researcher);
        EXPECT_THAT(results, IsOk());
        return results ? results->answers : 999;
    }
    // Five, so that figures are told, and then some.
    std::vector<CustomerId> answered_by(const SurveyId& survey, int count) {
        std::vector<CustomerId> who;
        for (int i = 0; i < count; ++i) {
            who.push_back(customer());
            EXPECT_THAT(surveys->answer(who.back(), survey,
                                        reply(R"({"nps": 10, "plan": "paid", "why": ")" +
                                              std::string(kSecret) + "\"}")),
                        IsOk());
        }
        return who;
    }

    gate::testing::House house;
    const gate::Actor own{gate::Actor::Kind::customer, "customer", "", false, false};
    const gate::Actor researcher{gate::Actor::Kind::system, "R", "researcher", false, false};
    std::unique_ptr<Surveys> surveys;
    int made_ = 0;
};

TEST_F(SurveysTest, AreRefusedWhereThePolicyDoesNotStateThem) {
    EXPECT_THAT(surveys->make({"", SurveyMode::named, {"improvement"}, definition()}, "R"),
                Fails(Code::invalid));
    const auto wrong = surveys->make({"x", SurveyMode::named, {"service"}, definition()}, "R");
    ASSERT_THAT(wrong, Fails(Code::invalid));
    EXPECT_EQ(wrong.error().inputs().front().pointer, "/purposes/0");
    const auto matrix =
        surveys->make({"x",
                       SurveyMode::named,
                       {"improvement"},
                       bj::parse(R"({"elements": [{"type": "matrix", "name": "m"}]})")},
                      "R");
    ASSERT_THAT(matrix, Fails(Code::invalid));
    EXPECT_EQ(matrix.error().inputs().front().pointer, "/definition/elements/0/type");
}

TEST_F(SurveysTest, KeepEveryVersionAsItWas) {
    const auto survey = opened(SurveyMode::named);
    const auto other = bj::parse(R"({"elements": [{"type": "boolean", "name": "again"}]})");
    EXPECT_THAT(surveys->revise(survey.id, 7, "x", other, "R"), Fails(Code::conflict));
    ASSERT_GET(const auto revised, surveys->revise(survey.id, 1, "x", other, "R"));
    EXPECT_EQ(revised.version, 2);
    ASSERT_GET(const auto first, surveys->definition_json(survey.id, 1));
    EXPECT_EQ(bj::serialize(first), bj::serialize(definition()));
    EXPECT_THAT(surveys->definition_json(survey.id, 3), Fails(Code::not_found));
    // Whoever has the old one before them is asked to read the new one.
    EXPECT_THAT(surveys->answer(customer(), survey.id, reply(R"({"nps": 1})")),
                Fails(Code::conflict));
}

TEST_F(SurveysTest, TakeAnAnswerOnceWhileTheyAreOpen) {
    const auto survey = opened(SurveyMode::named);
    const auto who = customer();
    EXPECT_THAT(surveys->answer(who, survey.id, reply(R"({"nps": 11})")), Fails(Code::invalid));
    EXPECT_THAT(surveys->answer(who, survey.id, reply(R"({"nps": 1, "x": 2})")),
                Fails(Code::invalid));
    EXPECT_THAT(surveys->answer(who, survey.id, reply("{")), Fails(Code::invalid));
    EXPECT_THAT(surveys->answer(who, survey.id, reply(std::string(300'000, ' '))),
                Fails(Code::too_large));
    ASSERT_THAT(surveys->answer(who, survey.id, reply(R"({"nps": 7})")), IsOk());
    EXPECT_THAT(surveys->answer(who, survey.id, reply(R"({"nps": 8})")), Fails(Code::conflict));
    ASSERT_THAT(surveys->change_state(survey.id, SurveyState::closed), IsOk());
    EXPECT_THAT(surveys->answer(customer(), survey.id, reply(R"({"nps": 8})")),
                Fails(Code::conflict));
    EXPECT_THAT(surveys->change_state(survey.id, SurveyState::draft), Fails(Code::conflict));
}

TEST_F(SurveysTest, AreCountedAtOnceAndNoLongerThanTheyMayBe) {
    const auto survey = opened(SurveyMode::named);
    const auto who = answered_by(survey.id, 8);
    EXPECT_EQ(counted(survey.id), 8u);
    ASSERT_THAT(surveys->withdraw(who[0], survey.id), IsOk());
    EXPECT_EQ(counted(survey.id), 7u);
    EXPECT_THAT(surveys->withdraw(who[0], survey.id), Fails(Code::not_found));
    // It is erased, too, and the customer may answer anew.
    ASSERT_GET(const auto held, house.gate->held(who[0], own));
    for (const auto& one : held) EXPECT_NE(one.channel, "survey");
    ASSERT_THAT(surveys->answer(who[0], survey.id, reply(R"({"nps": 2})")), IsOk());
    EXPECT_EQ(counted(survey.id), 8u);
    // Erased as a whole, or in part by another door.
    ASSERT_THAT(house.gate->erase(who[1], {gate::Scope::Kind::customer, ""}, own), IsOk());
    EXPECT_EQ(counted(survey.id), 7u);
    ASSERT_THAT(house.gate->erase(who[2], {gate::Scope::Kind::channel, "survey"}, own), IsOk());
    EXPECT_EQ(counted(survey.id), 6u);
    // An objection takes it out; a changed mind brings it back.
    ASSERT_THAT(house.gate->permit(who[3], {"improvement", false}, std::nullopt, own), IsOk());
    EXPECT_EQ(counted(survey.id), 5u);
    ASSERT_THAT(house.gate->permit(who[3], {"improvement", true}, std::nullopt, own), IsOk());
    EXPECT_EQ(counted(survey.id), 6u);
    // After a year there is none, before the retention has run and after.
    house.clock.advance(367 * kDayMs);
    EXPECT_EQ(counted(survey.id), 0u);
}

TEST_F(SurveysTest, OfAPermissionCountForItWhileItStands) {
    const auto survey = opened(SurveyMode::named, {"research"});
    const auto who = customer();
    const auto without = surveys->answer(who, survey.id, reply(R"({"nps": 3})"));
    ASSERT_THAT(without, Fails(Code::invalid));
    EXPECT_EQ(without.error().inputs().front().pointer, "/permissions/research");
    auto with = reply(R"({"nps": 3})");
    with.permissions = {{"research", true}};
    ASSERT_THAT(surveys->answer(who, survey.id, std::move(with)), IsOk());
    EXPECT_EQ(counted(survey.id, "research"), 1u);
    ASSERT_THAT(house.gate->permit(who, {"research", false}, std::nullopt, own), IsOk());
    EXPECT_EQ(counted(survey.id, "research"), 0u);
    EXPECT_THAT(surveys->results({survey.id, "improvement", {}, {}, {}, "", ""}, researcher),
                Fails(Code::invalid));
}

TEST_F(SurveysTest, TellFiguresFromFiveAnswersOnAndOnlyToWhoMayCount) {
    const auto survey = opened(SurveyMode::named);
    answered_by(survey.id, 4);
    ASSERT_GET(const auto few,
               surveys->results({survey.id, "improvement", {}, {}, {}, "", ""}, researcher));
    EXPECT_EQ(few.answers, 4u);
    EXPECT_TRUE(few.questions.empty());
    answered_by(survey.id, 1);
    ASSERT_GET(const auto five,
               surveys->results({survey.id, "improvement", {}, {}, {}, "plan", "nps"}, researcher));
    ASSERT_EQ(five.questions.size(), 2u);  // a text is no figure
    EXPECT_DOUBLE_EQ(five.questions[0].estimate->value, 100);
    EXPECT_EQ(five.cross->cells[1][10], 5u);
    const gate::Actor agent{gate::Actor::Kind::system, "A", "agent", false, false};
    EXPECT_THAT(surveys->results({survey.id, "improvement", {}, {}, {}, "", ""}, agent),
                Fails(Code::denied));
    const gate::Actor fresh{gate::Actor::Kind::employee, "E", "researcher", false, false};
    EXPECT_THAT(surveys->results({survey.id, "improvement", {}, {}, {}, "", ""}, fresh),
                Fails(Code::denied));
}

TEST_F(SurveysTest, AreReadOneByOneAsUses) {
    const auto survey = opened(SurveyMode::named);
    const auto who = answered_by(survey.id, 3);
    ASSERT_GET(const auto first, surveys->read(survey.id, "improvement", "", 2, researcher));
    ASSERT_EQ(first.answers.size(), 2u);
    ASSERT_GET(const auto rest, surveys->read(survey.id, "improvement", first.next, 2, researcher));
    ASSERT_EQ(rest.answers.size(), 1u);
    EXPECT_EQ(rest.next, "");
    EXPECT_NE(rest.answers[0].content->reveal(*rest.token).find(kSecret), std::string::npos);
    for (const auto& one : who) {
        ASSERT_GET(const auto acts, house.gate->acts(one, {{ledger::Kind::used}, {}, {0}, 10}));
        EXPECT_EQ(acts.size(), 1u);
    }
}

TEST_F(SurveysTest, OfVisitorsArePseudonymousByACode) {
    const auto survey = opened(SurveyMode::pseudonymous);
    EXPECT_THAT(surveys->answer(customer(), survey.id, reply(R"({"nps": 3})")),
                Fails(Code::not_found));
    auto sent = reply(R"({"nps": 3, "why": "x"})");
    const auto ticket = sent.ticket;
    ASSERT_GET(const auto receipt, surveys->answer_as_visitor(survey.id, std::move(sent)));
    EXPECT_EQ(receipt.code.size(), 27u);
    auto again = reply(R"({"nps": 3})");
    again.ticket = ticket;
    EXPECT_THAT(surveys->answer_as_visitor(survey.id, std::move(again)), Fails(Code::conflict));
    EXPECT_EQ(counted(survey.id), 1u);
    EXPECT_THAT(surveys->withdraw_by_code("AAAAAA-AAAAAA-AAAAAA-AAAAAA"), Fails(Code::not_found));
    EXPECT_THAT(surveys->withdraw_by_code(""), Fails(Code::not_found));
    ASSERT_THAT(surveys->withdraw_by_code(receipt.code), IsOk());
    EXPECT_EQ(counted(survey.id), 0u);
    EXPECT_THAT(surveys->withdraw_by_code(receipt.code), Fails(Code::not_found));
}

TEST_F(SurveysTest, OfNobodyHoldNoPersonAndNoTime) {
    const auto survey = opened(SurveyMode::anonymous);
    const auto people = house.count("select count(*) from customers");
    for (int i = 0; i < 5; ++i) {
        ASSERT_GET(const auto receipt,
                   surveys->answer_as_visitor(survey.id, reply(R"({"nps": 9, "why": "fine"})")));
        EXPECT_EQ(receipt.code, "");
    }
    EXPECT_EQ(house.count("select count(*) from customers"), people);
    EXPECT_EQ(house.count("select count(*) from survey_answers"), 0);
    EXPECT_EQ(counted(survey.id), 5u);
    ASSERT_GET(const auto page, surveys->read(survey.id, "improvement", "", 3, researcher));
    ASSERT_EQ(page.answers.size(), 3u);
    EXPECT_NE(page.answers[0].content->reveal(*page.token).find("fine"), std::string::npos);
    ASSERT_GET(const auto rest, surveys->read(survey.id, "improvement", page.next, 3, researcher));
    EXPECT_EQ(rest.answers.size(), 2u);
}

TEST_F(SurveysTest, AreOfferedOneAtATimeAndNotBeforeARest) {
    const auto first = opened(SurveyMode::named);
    house.clock.advance(1000);
    const auto second = opened(SurveyMode::named);
    house.clock.advance(1000);
    opened(SurveyMode::pseudonymous);
    const auto who = customer();
    ASSERT_GET(const auto offered, surveys->offered(who));
    ASSERT_EQ(offered.size(), 1u);
    EXPECT_EQ(offered[0].id, first.id);
    ASSERT_THAT(surveys->decline(who, first.id), IsOk());
    ASSERT_GET(const auto none, surveys->offered(who));
    EXPECT_TRUE(none.empty());
    house.clock.advance(31 * kDayMs);
    ASSERT_GET(const auto next, surveys->offered(who));
    ASSERT_EQ(next.size(), 1u);
    EXPECT_EQ(next[0].id, second.id);
    // An invitation to what rests on a permission wants the permission, too.
    const auto other = customer();
    ASSERT_THAT(surveys->change_state(first.id, SurveyState::closed), IsOk());
    ASSERT_THAT(surveys->change_state(second.id, SurveyState::closed), IsOk());
    const auto research = opened(SurveyMode::named, {"research"});
    ASSERT_GET(const auto uninvited, surveys->offered(other));
    EXPECT_TRUE(uninvited.empty());
    ASSERT_THAT(house.gate->permit(other, {"research", true}, std::nullopt, own), IsOk());
    ASSERT_GET(const auto invited, surveys->offered(other));
    ASSERT_EQ(invited.size(), 1u);
    EXPECT_EQ(invited[0].id, research.id);
}

TEST_F(SurveysTest, KeepADraftForItsCustomerAlone) {
    const auto survey = opened(SurveyMode::named);
    const auto who = customer();
    const Personal<std::string> draft(R"({"answers": {"why": ")" + std::string(kSecret) + "\"}}");
    ASSERT_THAT(surveys->keep_draft(who, survey.id, 1, draft), IsOk());
    ASSERT_GET(const auto found, surveys->own(who, survey.id));
    EXPECT_NE(found->content->reveal(house.gate->own_data_token()).find(kSecret),
              std::string::npos);
    EXPECT_EQ(counted(survey.id), 0u);
    ASSERT_THAT(surveys->answer(who, survey.id, reply(R"({"nps": 5})")), IsOk());
    EXPECT_THAT(surveys->keep_draft(who, survey.id, 1, draft), Fails(Code::conflict));
    ASSERT_THAT(house.gate->erase(who, {gate::Scope::Kind::customer, ""}, own), IsOk());
    EXPECT_EQ(house.count("select count(*) from survey_answers"), 0);
}

TEST_F(SurveysTest, ThatWereBeingWithdrawnAreWithdrawnAtTheNextStart) {
    const auto survey = opened(SurveyMode::named);
    const auto who = answered_by(survey.id, 1);
    EXPECT_EQ(house.tamper("update survey_answers set state = 'withdrawn'"), 1);
    open();
    ASSERT_THAT(surveys->resume(), IsOk());
    EXPECT_EQ(house.count("select count(*) from survey_answers"), 0);
    ASSERT_GET(const auto held, house.gate->held(who[0], own));
    for (const auto& one : held) EXPECT_NE(one.channel, "survey");
}

TEST_F(SurveysTest, LeaveNothingReadableInTheStore) {
    const auto survey = opened(SurveyMode::named);
    answered_by(survey.id, 2);
    const auto nobody = opened(SurveyMode::anonymous);
    ASSERT_THAT(surveys->answer_as_visitor(
                    nobody.id, reply(R"({"nps": 9, "why": ")" + std::string(kSecret) + "\"}")),
                IsOk());
    for (const auto& file : std::filesystem::recursive_directory_iterator(house.folder)) {
        if (!file.is_regular_file()) continue;
        ASSERT_GET(const auto bytes, read_file(file.path()));
        EXPECT_EQ(bytes.find("Rosenblum"), std::string::npos) << file.path();
    }
}

}  // namespace
}  // namespace avow::services
