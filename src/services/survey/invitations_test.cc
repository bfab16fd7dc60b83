// SPDX-License-Identifier: Apache-2.0
// From a request that is done to the letter that asks how it was: who is asked, who is not and why,
// and what a changed mind or an erasure makes of it.
#include "services/survey/invitations.hh"

#include <boost/json.hpp>

#include "services/desk/testing.hh"

namespace avow::services {
namespace {

namespace bj = boost::json;
using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string promises_with_all() {
    auto text = gate::testing::replaced(promises_with_desk(), "[channels.letter]",
                                        R"([fields.answers]
label = "Answers"
category = "survey"
[channels.survey]
label = "A survey"
fields = ["email", "answers"]
purposes = ["improvement", "offers"]
retain = "1 year"
[channels.letter])");
    return gate::testing::replaced(text, "version = \"2\"", "version = \"3\"");
}

class InvitationsTest : public DeskTest {
  protected:
    InvitationsTest() {
        house.publish(promises_with_all());
        open(30 * kDayMs);
    }
    void open(std::int64_t rest_ms) {
        surveys = Surveys::create(*house.store, *house.gate, {rest_ms}, house.clock, house.random)
                      .value();
        invitations = std::make_unique<Invitations>(*surveys, *house.gate, *letters, house.clock);
        desk->when_done(
            {[this](sql::Reader& reader, const CustomerId& customer) -> Result<std::string> {
                 TRY(const auto invited, invitations->look(reader, customer));
                 return std::string(name_of(invited));
             },
             [this](sql::Writer& unit, const CustomerId& customer) -> Status {
                 TRY([[maybe_unused]] const auto invited, invitations->invite(unit, customer));
                 return {};
             }});
    }
    Survey make(SurveyMode mode, std::vector<std::string> purposes = {"improvement", "offers"}) {
        house.clock.advance(1);
        return surveys
            ->make({"How was it", mode, std::move(purposes),
                    bj::parse(R"({"elements": [{"type": "boolean", "name": "again"}]})")},
                   "Rita")
            .value();
    }
    Survey opened(SurveyMode mode = SurveyMode::named) {
        const auto made = make(mode);
        EXPECT_THAT(surveys->change_state(made.id, SurveyState::open), IsOk());
        return surveys->ask_after_requests(made.id, true).value();
    }
    CustomerId customer(bool permits = true, bool proved = true) {
        SignUp form{Personal<std::string>("c" + std::to_string(++made_) + "@example.org"),
                    Personal<std::string>("a sentence of my own"),
                    std::nullopt,
                    "fr",
                    "3",
                    {},
                    {}};
        const auto who = accounts->sign_up(std::move(form)).value().customer;
        if (proved) prove(who);
        if (permits) permit(who, true);
        house.clock.advance(1);
        return who;
    }
    void permit(const CustomerId& who, bool granted) {
        EXPECT_THAT(
            house.gate->permit(who, {"offers", granted}, std::nullopt, gate::testing::kCustomer),
            IsOk());
        house.clock.advance(1);
    }
    RequestId asked(const CustomerId& who) { return ask(who).value().id; }
    std::string looked(const RequestId& request) {
        return desk->open(request, agent).value().satisfaction;
    }
    Result<Request> solve(const RequestId& request, RequestState state = RequestState::solved) {
        auto changed = desk->change({request, state, {}, {}, {}});
        house.clock.advance(1);
        return changed;
    }
    std::int64_t invited() { return house.count("select count(*) from survey_invitations"); }
    std::int64_t written() {
        return house.count("select count(*) from letters where kind = 'survey_invitation'");
    }
    std::string state_of_letter() {
        std::string state;
        EXPECT_THAT(house.store->read([&](sql::Reader& reader) {
            return reader.query("select state from letters where kind = 'survey_invitation'", {},
                                [&](const sql::Row& row) -> Status {
                                    state = row.text(0);
                                    return {};
                                });
        }),
                    IsOk());
        return state;
    }
    // What its customer reads of the letter.
    std::vector<bj::object> told(const CustomerId& who) {
        std::vector<bj::object> all;
        const auto acts = house.gate->acts(who, std::nullopt, 50).value();
        for (const auto& act : acts) {
            auto details = bj::parse(act.details.reveal(house.gate->own_data_token())).as_object();
            const auto* letter = details.if_contains("letter");
            if (letter != nullptr && *letter == "survey_invitation")
                all.push_back(std::move(details));
        }
        return all;
    }

    std::unique_ptr<Surveys> surveys;
    std::unique_ptr<Invitations> invitations;
    int made_ = 0;
};

TEST_F(InvitationsTest, GoToWhoPermitsThemOnceUntilTheRestIsOver) {
    const auto survey = opened();
    const auto who = customer();
    const auto request = asked(who);
    EXPECT_EQ(looked(request), "asked");
    ASSERT_THAT(solve(request), IsOk());
    EXPECT_EQ(looked(request), "");  // it is done: nothing more comes of it
    send_letters();
    EXPECT_EQ(state_of_letter(), "sent");
    ASSERT_EQ(told(who).size(), 1u);
    const auto entry = told(who)[0];
    EXPECT_EQ(entry.at("kind"), "messaged");
    EXPECT_EQ(entry.at("purpose"), "offers");
    EXPECT_EQ(entry.at("fields").at("email").at("sentence"), "We send you offers if you said yes.");

    const auto second = asked(who);
    EXPECT_EQ(looked(second), "resting");
    ASSERT_THAT(solve(second, RequestState::closed), IsOk());
    EXPECT_EQ(written(), 1);
    house.clock.advance(31 * kDayMs);
    const auto third = asked(who);
    EXPECT_EQ(looked(third), "asked");
    ASSERT_THAT(answer(third, "Done.", RequestAct::answer), IsOk());
    EXPECT_EQ(written(), 2);
    EXPECT_EQ(invited(), 1);  // a row a customer and survey
    ASSERT_THAT(surveys->decline(who, survey.id), IsOk());
    house.clock.advance(31 * kDayMs);
    EXPECT_EQ(looked(asked(who)), "answered");
}

TEST_F(InvitationsTest, SayWhereTheSurveyIsAndHowToStopThem) {
    const auto survey = opened();
    const auto who = customer();
    ASSERT_THAT(solve(asked(who)), IsOk());
    testing::FakeCarrier carrier;
    Post post(*letters, carrier,
              [](std::string_view language, const Phrase& phrase) {
                  auto text = std::string(language) + ":" + phrase.id;
                  for (const auto& [name, value] : phrase.arguments) {
                      if (name == "purpose") text += " " + std::get<std::string>(value);
                  }
                  return text;
              },
              {"portal@portal.example", "https://portal.example"});
    while (post.step().value() == Post::Step::worked) {
    }
    EXPECT_THAT(carrier.messages.back(),
                AllOf(HasSubstr("Subject: fr:survey_invitation_subject"),
                      HasSubstr("https://portal.example/account/surveys#" + survey.id.text()),
                      HasSubstr("fr:survey_invitation_unasked Offers"),
                      HasSubstr("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")));
    EXPECT_THAT(carrier.messages.back(), Not(HasSubstr("link_")));  // it has no end

    // The same secret for people and for the header; kept hashed, and good for this one thing.
    const std::string door = "\r\nList-Unsubscribe: <https://portal.example/stop/";
    const auto at = carrier.messages.back().find(door);
    ASSERT_NE(at, std::string::npos);
    const auto from = at + door.size();
    const auto secret =
        carrier.messages.back().substr(from, carrier.messages.back().find('>', from) - from);
    EXPECT_THAT(carrier.messages.back(), HasSubstr("https://portal.example/stop#" + secret));
    EXPECT_THAT(letters->take_back(secret + "x"), Fails(Code::not_found));
    EXPECT_THAT(letters->take_back(""), Fails(Code::not_found));
    for (int twice = 0; twice < 2; ++twice) EXPECT_EQ(letters->take_back(secret).value(), "offers");
    const auto standing = house.gate->permissions(who).value();
    ASSERT_EQ(standing.size(), 1u);
    EXPECT_FALSE(standing[0].granted);
    EXPECT_EQ(looked(asked(who)), "no_permission");
    ASSERT_THAT(house.gate->erase(who, {gate::Scope::Kind::customer, ""}, gate::testing::kCustomer),
                IsOk());
    EXPECT_THAT(letters->take_back(secret), Fails(Code::not_found));
}

TEST_F(InvitationsTest, GoToNobodyElse) {
    const auto none = asked(customer());
    EXPECT_EQ(looked(none), "no_survey");
    const auto survey = opened();
    const auto unasked = asked(customer(false));
    EXPECT_EQ(looked(unasked), "no_permission");
    const auto unproved = asked(customer(true, false));
    EXPECT_EQ(looked(unproved), "no_address");
    const auto answerer = customer();
    ASSERT_THAT(
        surveys->answer(answerer, survey.id,
                        {1, "3", Personal<std::string>(R"({"again": true})"), {}, "en", "ticket"}),
        IsOk());
    house.clock.advance(31 * kDayMs);
    const auto answered = asked(answerer);
    EXPECT_EQ(looked(answered), "answered");
    for (const auto& request : {unasked, unproved, answered}) ASSERT_THAT(solve(request), IsOk());
    // Open is what counts, and not who was asked before.
    ASSERT_THAT(surveys->change_state(survey.id, SurveyState::closed), IsOk());
    EXPECT_EQ(looked(none), "no_survey");
    ASSERT_THAT(solve(none), IsOk());
    EXPECT_EQ(written(), 0);
    EXPECT_EQ(invited(), 0);
}

TEST_F(InvitationsTest, LeadWhoHasNoAccountToWhatWantsNone) {
    opened();
    const auto mailed = mail("grace@example.org", "Hello", "A question.");
    ASSERT_THAT(take(mailed, {kAddress}, "grace@example.org"), IsOk());
    const auto request = queue().at(0);
    prove(request.customer);
    permit(request.customer, true);
    EXPECT_EQ(looked(request.id), "no_account");
    const auto survey = opened(SurveyMode::anonymous);  // in place of the one before
    EXPECT_EQ(looked(request.id), "asked");
    ASSERT_THAT(solve(request.id), IsOk());
    EXPECT_THAT(send_letters(), HasSubstr("https://portal.example/surveys#" + survey.id.text()));
}

TEST_F(InvitationsTest, AreWithheldFromWhoChangedTheirMind) {
    opened();
    const auto who = customer();
    ASSERT_THAT(solve(asked(who)), IsOk());
    permit(who, false);
    sent_to.clear();
    send_letters();
    EXPECT_EQ(state_of_letter(), "withheld");
    ASSERT_EQ(told(who).size(), 1u);
    EXPECT_EQ(told(who)[0].at("kind"), "refused");
    EXPECT_EQ(told(who)[0].at("fields").at("email").at("because"), "no_permission");
}

TEST_F(InvitationsTest, AreOfOneSurveyThatThePolicyLetsUsWriteFor) {
    const auto silent = make(SurveyMode::named, {"improvement"});
    const auto refused = surveys->ask_after_requests(silent.id, true);
    ASSERT_THAT(refused, Fails(Code::invalid));
    EXPECT_EQ(refused.error().inputs().front().pointer, "/asked");
    EXPECT_THAT(surveys->ask_after_requests(silent.id, false), IsOk());
    const auto first = opened();
    const auto second = opened();
    EXPECT_FALSE(surveys->get(first.id).value().after_requests);
    EXPECT_TRUE(surveys->get(second.id).value().after_requests);
    ASSERT_THAT(surveys->ask_after_requests(second.id, false), IsOk());
    EXPECT_EQ(looked(asked(customer())), "no_survey");
}

TEST_F(InvitationsTest, ComeOfBeingDoneAndNotOfEveryStepThere) {
    open(0);
    opened();
    const auto who = customer();
    const auto request = asked(who);
    ASSERT_THAT(answer(request, "Which one?"), IsOk());
    ASSERT_THAT(desk->change({request, {}, "Eve", {}, {}}), IsOk());
    EXPECT_EQ(written(), 0);
    ASSERT_THAT(solve(request), IsOk());
    ASSERT_THAT(solve(request, RequestState::closed), IsOk());
    EXPECT_EQ(written(), 1);
    // What did not happen asks nobody.
    const auto other = asked(who);
    EXPECT_THAT(
        desk->answer({other, Personal<std::string>("Done."), RequestAct::answer, 99, {}}, agent),
        Fails(Code::conflict));
    EXPECT_EQ(written(), 1);
}

TEST_F(InvitationsTest, AreFoundInThePortalAndCountForItsRest) {
    const auto other = make(SurveyMode::named, {"improvement"});
    ASSERT_THAT(surveys->change_state(other.id, SurveyState::open), IsOk());
    const auto survey = opened();
    const auto who = customer();
    ASSERT_EQ(surveys->offered(who).value().at(0).id, other.id);
    ASSERT_THAT(solve(asked(who)), IsOk());
    const auto offered = surveys->offered(who).value();
    ASSERT_EQ(offered.size(), 1u);
    EXPECT_EQ(offered[0].id, survey.id);
    ASSERT_THAT(surveys->decline(who, survey.id), IsOk());
    EXPECT_TRUE(surveys->offered(who).value().empty());
    EXPECT_EQ(surveys->invitations(who).value().at(0).survey, survey.id);
}

TEST_F(InvitationsTest, GoWithTheirCustomer) {
    opened();
    const auto who = customer();
    ASSERT_THAT(solve(asked(who)), IsOk());
    EXPECT_EQ(invited(), 1);
    ASSERT_THAT(house.gate->erase(who, {gate::Scope::Kind::customer, ""}, gate::testing::kCustomer),
                IsOk());
    EXPECT_EQ(invited(), 0);
    EXPECT_EQ(written(), 0);
}

}  // namespace
}  // namespace avow::services
