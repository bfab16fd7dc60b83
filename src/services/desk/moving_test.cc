// SPDX-License-Identifier: Apache-2.0
// Merging, splitting and tags.
#include "services/desk/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MovingTest : public DeskTest {
  protected:
    std::vector<std::string> texts(const RequestId& request) {
        const auto thread = desk->open(request, agent).value();
        std::vector<std::string> told;
        for (std::size_t i = 0; i < thread.messages.size(); ++i) told.push_back(text_of(thread, i));
        return told;
    }
    std::string newest_reason(const CustomerId& customer) {
        const auto acts = house.gate->acts(customer, std::nullopt, 1).value();
        return acts.at(0).details.reveal(house.gate->own_data_token());
    }
};

TEST_F(MovingTest, OfTwoRequestsOneGoesOnAndTheOtherPointsThere) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto first, ask(ada, "one"));
    house.clock.advance(kHourMs);
    ASSERT_GET(const auto second, ask(ada, "two"));
    ASSERT_THAT(answer(second.id, "to the second"), IsOk());
    ASSERT_GET(const auto merged, desk->merge({first.id, second.id, first.revision}, agent));
    EXPECT_EQ(merged.id, second.id);
    // The first was ours, and due earlier.
    EXPECT_EQ(merged.state, RequestState::open);
    EXPECT_EQ(merged.deadline, first.deadline);
    ASSERT_GET(const auto ended, desk->get(first.id));
    EXPECT_EQ(ended.state, RequestState::closed);
    EXPECT_EQ(ended.merged_into, second.id);
    EXPECT_FALSE(ended.deadline);
    EXPECT_THAT(newest_reason(ada), HasSubstr("was merged into " + second.id.text()));
    EXPECT_THAT(texts(first.id),
                ElementsAre("An appointment\n\none", "An appointment\n\ntwo", "to the second"));
    // By either id its customer reads and writes the one that went on.
    ASSERT_GET(const auto own, desk->own_thread(ada, first.id));
    EXPECT_EQ(own.request.id, second.id);
    EXPECT_EQ(shown(own.subject), "An appointment");
    ASSERT_THAT(desk->write_more(ada, first.id, Personal<std::string>("three"), {}), IsOk());
    EXPECT_EQ(texts(second.id).size(), 4u);
    EXPECT_EQ(desk->own_requests(ada, {}, 10)->requests.size(), 1u);
}

TEST_F(MovingTest, WhatWasMergedBeforePointsOnInOneStep) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto first, ask(ada, "one"));
    ASSERT_GET(const auto second, ask(ada, "two"));
    ASSERT_GET(const auto third, ask(ada, "three"));
    ASSERT_THAT(desk->merge({first.id, second.id}, agent), IsOk());
    ASSERT_THAT(desk->merge({second.id, third.id}, agent), IsOk());
    EXPECT_EQ(desk->get(first.id)->merged_into, third.id);
    EXPECT_EQ(desk->open(first.id, agent)->request.id, third.id);
    EXPECT_THAT(desk->merge({first.id, third.id}, agent), Fails(Code::conflict));
}

TEST_F(MovingTest, NothingIsMergedWithAnothersOrWithItselfOrWithWhatIsClosed) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_GET(const auto one, ask(ada));
    ASSERT_GET(const auto other, ask(ada));
    ASSERT_GET(const auto his, ask(bob));
    EXPECT_THAT(desk->merge({one.id, his.id}, agent), Fails(Code::invalid));
    EXPECT_THAT(desk->merge({one.id, one.id}, agent), Fails(Code::invalid));
    EXPECT_THAT(desk->merge({one.id, other.id, 99}, agent), Fails(Code::conflict));
    ASSERT_THAT(desk->change({other.id, RequestState::closed, {}, {}, {}}), IsOk());
    EXPECT_THAT(desk->merge({one.id, other.id}, agent), Fails(Code::conflict));
    EXPECT_EQ(desk->get(one.id)->state, RequestState::fresh);
    EXPECT_EQ(texts(one.id).size(), 1u);
    // What is closed may end under what is open.
    EXPECT_THAT(desk->merge({other.id, one.id}, agent), IsOk());
}

TEST_F(MovingTest, FromAMessageOnItIsARequestOfItsOwn) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada, "one"));
    ASSERT_GET(const auto more,
               desk->write_more(ada, request.id, Personal<std::string>("two\n\nand more"), {}));
    house.clock.advance(1);
    ASSERT_THAT(answer(request.id, "three"), IsOk());
    EXPECT_THAT(
        desk->split({request.id, desk->own_thread(ada, request.id)->messages[0].message.id}, agent),
        Fails(Code::invalid));
    ASSERT_GET(const auto part, desk->split({request.id, more.id}, agent));
    EXPECT_EQ(part.linked, request.id);
    EXPECT_EQ(part.state, RequestState::open);
    EXPECT_TRUE(part.deadline);
    EXPECT_THAT(newest_reason(ada), HasSubstr("was split"));
    EXPECT_THAT(texts(request.id), ElementsAre("An appointment\n\none"));
    EXPECT_THAT(texts(part.id), ElementsAre("two\n\nand more", "three"));
    ASSERT_GET(const auto own, desk->own_thread(ada, part.id));
    EXPECT_EQ(shown(own.subject), "two");
    EXPECT_EQ(shown(own.messages[0].text), "two\n\nand more");
    EXPECT_THAT(desk->split({request.id, more.id}, agent), Fails(Code::not_found));
    EXPECT_THAT(
        desk->split({part.id, part.id == request.id ? more.id : own.messages[1].message.id, 99},
                    agent),
        Fails(Code::conflict));
}

TEST_F(MovingTest, MergedBackItIsAsItWas) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada, "one"));
    ASSERT_GET(const auto more,
               desk->write_more(ada, request.id, Personal<std::string>("two"), {}));
    ASSERT_GET(const auto part, desk->split({request.id, more.id}, agent));
    ASSERT_THAT(desk->merge({request.id, part.id}, agent), IsOk());
    EXPECT_THAT(texts(part.id), ElementsAre("An appointment\n\none", "two"));
    // Its first message is the one with a subject again.
    EXPECT_EQ(shown(desk->own_thread(ada, part.id)->subject), "An appointment");
}

TEST_F(MovingTest, ErasingTheCustomerTakesWhatWasMerged) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto one, ask(ada));
    ASSERT_GET(const auto other, ask(ada));
    ASSERT_THAT(desk->merge({one.id, other.id}, agent), IsOk());
    ASSERT_THAT(house.gate->erase(ada, {}, gate::testing::kCustomer), IsOk());
    EXPECT_EQ(house.count("select count(*) from requests"), 0);
    EXPECT_THAT(desk->get(one.id), Fails(Code::not_found));
}

TEST_F(MovingTest, TagsAreOfTheHousesListAndFilterTheQueue) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto one, ask(ada));
    ASSERT_GET(const auto other, ask(ada));
    EXPECT_EQ(desk->tags().make(" Billing ").value(), "billing");
    EXPECT_EQ(desk->tags().make("vip").value(), "vip");
    for (const auto* wrong : {"", "  ", "a|b", "50%", "a_b", "a/b", "ada@example.org", "a\nb"})
        EXPECT_THAT(desk->tags().make(wrong), Fails(Code::invalid)) << wrong;
    const auto tag = [&](const RequestId& id, std::vector<std::string> tags) {
        Change change{id, {}, {}, {}, {}};
        change.tags = std::move(tags);
        return desk->change(change);
    };
    EXPECT_THAT(tag(one.id, {"Ada"}), Fails(Code::invalid));
    ASSERT_THAT(tag(one.id, {"vip", "billing"}), IsOk());
    ASSERT_THAT(tag(other.id, {"vip"}), IsOk());
    EXPECT_THAT(desk->get(one.id)->tags, ElementsAre("billing", "vip"));
    QueueQuestion question;
    question.tag = "billing";
    ASSERT_EQ(desk->queue(question)->size(), 1u);
    EXPECT_EQ(desk->queue(question)->at(0).id, one.id);
    question.tag = "%";
    EXPECT_TRUE(desk->queue(question)->empty());
    ASSERT_THAT(desk->merge({one.id, other.id}, agent), IsOk());
    EXPECT_THAT(desk->get(other.id)->tags, ElementsAre("billing", "vip"));
    ASSERT_THAT(desk->tags().remove("vip"), IsOk());
    EXPECT_THAT(desk->tags().remove("vip"), Fails(Code::not_found));
    EXPECT_THAT(desk->tags().list().value(), ElementsAre("billing"));
    EXPECT_THAT(tag(other.id, {"vip"}), IsOk());
    EXPECT_THAT(tag(other.id, {}), IsOk());
    EXPECT_THAT(tag(other.id, {"vip"}), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::services
