// SPDX-License-Identifier: Apache-2.0
// Requests found by their words: who finds what, what the ledgers say, what the store tells, and
// what an erasure leaves.
#include "services/desk/search.hh"

#include "base/file.hh"
#include "gate/retention.hh"
#include "services/desk/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SearchTest : public DeskTest {
  protected:
    Result<Findings> search(const std::string& words, const std::optional<MessageId>& before = {}) {
        return desk->search().find({Personal<std::string>(words), before}, agent);
    }
    std::vector<RequestId> found(const std::string& words) {
        std::vector<RequestId> requests;
        const auto findings = search(words).value();
        for (const auto& one : findings.items) requests.push_back(one.request.id);
        return requests;
    }
    std::string revealed(const Personal<std::string>& text) {
        return text.reveal(house.gate->own_data_token());
    }
    std::int64_t uses_of(const CustomerId& customer) {
        std::int64_t uses = 0;
        const auto acts = house.gate->acts(customer, std::nullopt, 100).value();
        for (const auto& act : acts) {
            if (act.kind == ledger::Kind::used) ++uses;
        }
        return uses;
    }
    std::int64_t kept() { return house.count("select count(*) from request_terms"); }
};

TEST_F(SearchTest, FindsARequestByItsWordsAndShowsWhereTheyAre) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_GET(const auto manual, ask(ada, "Good day.\nWhere is the Japanese manual?\nAda"));
    ASSERT_GET(const auto other, ask(bob, "The French manual is late"));
    EXPECT_THAT(found("manual"), ElementsAre(other.id, manual.id)) << "the newest first";
    ASSERT_GET(const auto findings, search("MANUALS"));
    EXPECT_THAT(findings.items, IsEmpty()) << "a word begins one of the text's, not the other way";
    EXPECT_EQ(findings.looked_through, 2);
    EXPECT_FALSE(findings.next);
    ASSERT_GET(const auto japanese, search("Manual japan"));
    ASSERT_EQ(japanese.items.size(), 1u);
    EXPECT_EQ(revealed(japanese.items[0].subject), "An appointment");
    EXPECT_EQ(revealed(japanese.items[0].excerpt), "Where is the Japanese manual?");
    EXPECT_THAT(found("appointment manual french"), ElementsAre(other.id)) << "by the subject, too";
}

TEST_F(SearchTest, WhatIsShownIsAUseAndWhatIsNotIsNone) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_GET(const auto request, ask(ada, "The Japanese manual"));
    ASSERT_THAT(ask(bob, "The French letter"), IsOk());
    ASSERT_THAT(found("japanese"), ElementsAre(request.id));
    EXPECT_EQ(uses_of(ada), 1);
    EXPECT_EQ(uses_of(bob), 0);
    const auto acts = house.gate->acts(ada, std::nullopt, 1).value();
    EXPECT_THAT(acts[0].details.reveal(house.gate->own_data_token()),
                HasSubstr("request " + request.id.text() + " was found by its words"));
    EXPECT_EQ(house.count("select count(*) from house_acts where details like "
                          "'%\"searched\":\"requests\"%' and details like '%\"how_many\":2%'"),
              1);
    EXPECT_EQ(house.count("select count(*) from house_acts where details like '%japanese%'"), 0);
}

TEST_F(SearchTest, ARequestIsOneLineHoweverManyOfItsMessagesMatch) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada, "The manual"));
    ASSERT_THAT(desk->write_more(ada, request.id, Personal<std::string>("that manual"), {}),
                IsOk());
    house.clock.advance(1);
    ASSERT_THAT(answer(request.id, "Your manual is on its way"), IsOk());
    ASSERT_THAT(desk->add_note(request.id, Personal<std::string>("the odd manual"), {}, agent),
                IsOk());
    ASSERT_GET(const auto findings, search("manual"));
    ASSERT_EQ(findings.items.size(), 1u);
    EXPECT_EQ(findings.items[0].message.direction, Direction::note) << "the newest";
    EXPECT_EQ(revealed(findings.items[0].excerpt), "the odd manual");
    EXPECT_EQ(revealed(findings.items[0].subject), "An appointment");
    EXPECT_THAT(found("on its way"), ElementsAre(request.id));
}

TEST_F(SearchTest, GoesBackPageByPage) {
    const auto ada = sign_up("ada@example.org");
    std::vector<RequestId> made;
    for (std::size_t i = 0; i < kFindings + 5; ++i) made.push_back(ask(ada, "the manual")->id);
    ASSERT_GET(const auto first, search("manual"));
    ASSERT_EQ(first.items.size(), kFindings);
    ASSERT_TRUE(first.next);
    ASSERT_GET(const auto rest, search("manual", first.next));
    ASSERT_EQ(rest.items.size(), 5u);
    EXPECT_FALSE(rest.next);
    EXPECT_EQ(rest.items.back().request.id, made.front());
}

TEST_F(SearchTest, WhoMayNotReadIsShownNothing) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_THAT(ask(ada, "The manual"), IsOk());
    agent = {gate::Actor::Kind::employee, "Eve", "agent", false, false};
    const auto refused = search("manual");
    ASSERT_THAT(refused, Fails(Code::denied));
    EXPECT_THAT(refused.error().words().value, HasSubstr("staff_not_acknowledged"));
    agent.role = "marketer";
    EXPECT_THAT(search("manual"), Fails(Code::denied));
}

TEST_F(SearchTest, WhatCannotBeSoughtIsRefused) {
    for (const auto& words : {std::string(), std::string(" ... "), std::string(kSoughtMax + 1, 'x'),
                              std::string("a b c d e f g h i")}) {
        const auto refused = search(words);
        ASSERT_THAT(refused, Fails(Code::invalid)) << words;
        EXPECT_EQ(refused.error().inputs()[0].pointer, "/words");
    }
}

TEST_F(SearchTest, TheStoreTellsNoWord) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_THAT(ask(ada, "Quixotic zebra"), IsOk());
    ASSERT_THAT(ask(ada, "Quixotic zebra"), IsOk());
    EXPECT_EQ(house.count("select count(distinct sealed) from request_terms"), 2)
        << "the same words are not the same bytes";
    ASSERT_THAT(house.store->scrub(), IsOk());
    const auto file = *read_file(house.folder / "store.db");
    for (const auto* word : {"Quixotic", "quixotic", "zebra"}) {
        EXPECT_EQ(file.find(word), std::string::npos) << word;
    }
}

TEST_F(SearchTest, GoesWithTheTextAndWithTheCustomer) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_THAT(ask(ada, "The manual"), IsOk());
    ASSERT_THAT(ask(bob, "The manual"), IsOk());
    EXPECT_EQ(kept(), 2);
    ASSERT_THAT(
        house.gate->erase(ada, {gate::Scope::Kind::field, "message"}, gate::testing::kCustomer),
        IsOk());
    EXPECT_EQ(kept(), 1);
    EXPECT_EQ(found("manual").size(), 1u);
    ASSERT_THAT(house.gate->erase(bob, {}, gate::testing::kCustomer), IsOk());
    EXPECT_EQ(kept(), 0);
    EXPECT_TRUE(found("manual").empty());
}

TEST_F(SearchTest, WhatWasKeptBeforeIsFoundOnceItWasOpened) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada, "The manual"));
    ASSERT_THAT(house.store->write([](sql::Writer& unit) {
        return unit.execute("delete from request_terms", {});
    }),
                IsOk());
    EXPECT_TRUE(found("manual").empty());
    ASSERT_THAT(desk->open(request.id, agent), IsOk());
    EXPECT_EQ(kept(), 1);
    EXPECT_THAT(found("manual"), ElementsAre(request.id));
    ASSERT_THAT(desk->open(request.id, agent), IsOk());
    EXPECT_EQ(kept(), 1);
}

TEST_F(SearchTest, NothingIsKeptOfATextThatWasErasedMeanwhile) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada, "The manual"));
    ASSERT_GET(const auto thread, desk->open(request.id, agent));  // before the erasure
    ASSERT_THAT(
        house.gate->erase(ada, {gate::Scope::Kind::field, "message"}, gate::testing::kCustomer),
        IsOk());
    ASSERT_THAT(desk->search().keep_missing(thread.messages, thread.texts), IsOk());
    EXPECT_EQ(kept(), 0);
}

TEST_F(SearchTest, AMailIsFoundByItsText) {
    ASSERT_GET(const auto taken, take(mail("ada@example.org", "Handbuch",
                                           "Gr\xc3\xbc\xc3\x9f"
                                           "e aus Stra\xc3\x9f"
                                           "burg")));
    EXPECT_EQ(taken, Desk::Taken::taken);
    EXPECT_EQ(found("strassburg gru\xcc\x88sse handbuch").size(), 1u);
}

}  // namespace
}  // namespace avow::services
