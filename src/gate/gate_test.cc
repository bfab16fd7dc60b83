// SPDX-License-Identifier: Apache-2.0
#include "gate/gate.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"

namespace avow::gate {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using policy::Because;
using testing::by_portal;
using testing::kAgent;
using testing::kCustomer;
using testing::kMarketer;
using testing::use_of;

constexpr std::string_view kCountUnfiled = "select count(*) from unfiled_acts";
constexpr std::string_view kCountActs =
    "select (select count(*) from acts) + (select count(*) from unfiled_acts)";

class GateTest : public ::testing::Test {
  protected:
    CustomerId customer(const char* email = "ada@example.org") {
        return house.gate->collect(by_portal({{"email", email}, {"name", "Ada"}}), kAgent)
            .value()
            .customer;
    }
    Result<Used> use(const UseRequest& request, const Actor& actor = kAgent) {
        return std::move(house.gate->use(std::span(&request, 1), actor).front());
    }
    Because because(const Result<Used>& used, std::size_t field = 0) {
        return used.value().fields.at(field).decision.because;
    }
    std::string value(const std::optional<Personal<std::string>>& value) {
        return value ? value->reveal(house.gate->own_data_token()) : "nothing";
    }
    void permit(const CustomerId& who, const char* purpose, bool granted) {
        ASSERT_THAT(house.gate->permit(who, {purpose, granted}, std::nullopt, kCustomer), IsOk());
    }
    std::int64_t acts() { return house.count(kCountActs); }

    testing::House house;
};

// ── in ──────────────────────────────────────────────────────────────────────

TEST_F(GateTest, WhatThePolicyDoesNotDeclareIsNotCollectedAndNamedByPointer) {
    auto wrong = by_portal({{"emial", "ada@example.org"}, {"name", "Ada"}});
    wrong.purposes = {"service", "offers"};
    const auto collected = house.gate->collect(wrong, kAgent);
    ASSERT_THAT(collected, Fails(Code::invalid));
    ASSERT_EQ(collected.error().inputs().size(), 2u);
    EXPECT_EQ(collected.error().inputs()[0].pointer, "/fields/emial");
    EXPECT_EQ(collected.error().inputs()[1].pointer, "/purposes/1");
    wrong.channel = "pigeon";
    EXPECT_THAT(house.gate->collect(wrong, kAgent), Fails(Code::invalid));
    EXPECT_EQ(acts(), 0);
    EXPECT_EQ(house.count("select count(*) from customers"), 0);
}

TEST_F(GateTest, AnotherVersionThanTheOneInForceIsAConflict) {
    auto form = by_portal({{"email", "ada@example.org"}});
    form.policy_version = "0";
    EXPECT_THAT(house.gate->collect(form, kAgent), Fails(Code::conflict));
}

TEST_F(GateTest, AnAddressIsOneCustomerHoweverItIsSpelled) {
    EXPECT_EQ(customer("ada@example.org"), customer("ADA@Example.ORG"));
}

TEST_F(GateTest, WhoIsKeptApartIsAnotherCustomerAndTakesNobodysAddress) {
    auto sign_up = by_portal({{"email", "Ada@example.org"}});
    sign_up.match = Collection::Match::apart;
    const auto first = house.gate->collect(sign_up, kCustomer).value().customer;
    EXPECT_EQ(customer("ada@example.org"), first) << "an address that nobody had";
    const auto second = house.gate->collect(sign_up, kCustomer).value().customer;
    EXPECT_NE(second, first);
    EXPECT_EQ(customer("ada@example.org"), first);
    EXPECT_EQ(house.gate->held(second, kCustomer).value().size(), 1U);
}

TEST_F(GateTest, RowsAlongsideComeAndGoWithTheCollection) {
    const auto refuse = [](sql::Writer&, const CustomerId&) -> Status {
        return Error(Code::denied, "no");
    };
    EXPECT_THAT(house.gate->collect(by_portal({{"email", "ada@example.org"}}), kCustomer, refuse),
                Fails(Code::denied));
    EXPECT_EQ(acts() + house.count("select count(*) from data"), 0);
}

// ── permission ──────────────────────────────────────────────────────────────

TEST_F(GateTest, APermissionIsAskedForOnlyWhereThePolicyRestsOnOne) {
    const auto who = customer();
    EXPECT_THAT(house.gate->permit(who, {"service", true}, {}, kCustomer), Fails(Code::invalid));
    EXPECT_THAT(house.gate->permit(who, {"offer", true}, {}, kCustomer), Fails(Code::invalid));
    const auto first = house.gate->permit(who, {"offers", true}, {}, kCustomer);
    const auto same = house.gate->permit(who, {"offers", true}, {}, kCustomer);
    ASSERT_THAT(same, IsOk());
    EXPECT_TRUE(first->receipt && !same->receipt) << "a yes that stands is not said again";
}

TEST_F(GateTest, ANoToAnInterestIsAnObjection) {
    const auto who = customer();
    const auto asked = use_of(who, {"name"}, "improvement");
    EXPECT_EQ(because(use(asked)), Because::stated_at_collection);
    permit(who, "improvement", false);
    EXPECT_EQ(because(use(asked)), Because::objected);
}

// ── out ─────────────────────────────────────────────────────────────────────

TEST_F(GateTest, AUseIsDecidedFieldByField) {
    const auto used = use(use_of(customer(), {"email", "shoe", "name"}, "service"));
    EXPECT_EQ(because(used, 0), Because::stated_at_collection);
    EXPECT_EQ(because(used, 1), Because::not_declared);
    EXPECT_EQ(value(used->fields[0].value), "ada@example.org");
    EXPECT_EQ(value(used->fields[1].value), "nothing");
    EXPECT_TRUE(used->any_allowed() && used->any_refused());
}

TEST_F(GateTest, WhatWasNotPermittedOpensNothingAndIsWrittenDown) {
    const auto who = customer();
    const auto before = acts();
    const auto used = use(use_of(who, {"email"}, "offers"), kMarketer);
    EXPECT_EQ(because(used), Because::no_permission);
    EXPECT_EQ(value(used->fields[0].value), "nothing");
    EXPECT_EQ(acts(), before + 1);
    permit(who, "offers", true);
    EXPECT_EQ(because(use(use_of(who, {"email"}, "offers"), kMarketer)), Because::permission_given);
}

TEST_F(GateTest, ARoleThatMayNotAskLearnsNothingOfWhatIsHeld) {
    const auto who =
        house.gate->collect(by_portal({{"email", "ada@example.org"}}), kAgent)->customer;
    EXPECT_EQ(because(use(use_of(who, {"name"}, "offers"))), Because::role);
    EXPECT_EQ(because(use(use_of(who, {"email"}, "offers"))), Because::role);
    EXPECT_EQ(because(use(use_of(who, {"name"}, "service"))), Because::not_held);
}

TEST_F(GateTest, WhatIsPastItsRetentionIsNotOpened) {
    const auto who = customer();
    house.clock.advance(3 * 366 * kDayMs);
    EXPECT_EQ(because(use(use_of(who, {"email"}, "service"))), Because::retention_over);
}

TEST_F(GateTest, AWrongRequestIsAnErrorAndLeavesNoTrace) {
    const auto who = customer();
    const auto before = acts();
    EXPECT_THAT(use(use_of(who, {}, "service")), Fails(Code::invalid));
    EXPECT_THAT(use(use_of(who, {"email", "email"}, "service")), Fails(Code::invalid));
    EXPECT_THAT(use(use_of(CustomerId::make(house.clock.now(), house.random), {"email"}, "x")),
                Fails(Code::not_found));
    UseRequest unknown = use_of(who, {"email"}, "service");
    unknown.customer.reset();
    unknown.address.emplace("nobody@example.org");
    EXPECT_THAT(use(unknown), Fails(Code::not_found));
    EXPECT_EQ(acts(), before);
}

TEST_F(GateTest, ABatchAnswersInItsOrderWhateverFails) {
    const auto who = customer();
    std::vector<UseRequest> batch;
    batch.push_back(use_of(who, {"name"}, "service"));
    batch.push_back(use_of(who, {}, "service"));
    batch.push_back(use_of(who, {"email"}, "service"));
    const auto answers = house.gate->use(batch, kAgent);
    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(value(answers[0]->fields[0].value), "Ada");
    EXPECT_THAT(answers[1], Fails(Code::invalid));
    EXPECT_EQ(value(answers[2]->fields[0].value), "ada@example.org");
}

TEST_F(GateTest, WhatIsReadFromTheCacheIsOfTheRevisionThatStands) {
    const auto who = customer();
    ASSERT_EQ(value(use(use_of(who, {"name"}, "service"))->fields[0].value), "Ada");
    auto renamed = by_portal({{"name", "Countess"}});
    renamed.customer = who;
    ASSERT_THAT(house.gate->collect(renamed, kCustomer), IsOk());
    EXPECT_EQ(value(use(use_of(who, {"name"}, "service"))->fields[0].value), "Countess");
    // Put back to the revision before: the mark does not fit it, and nothing opens.
    house.tamper("update customers set revision = revision - 1");
    EXPECT_THAT(use(use_of(who, {"name"}, "service")), Fails(Code::corrupt));
}

// ── the customer's own view ─────────────────────────────────────────────────

TEST_F(GateTest, TheCustomersOwnReadingIsNoEntryAndAnybodyElsesIs) {
    const auto who = customer();
    const auto before = acts();
    const auto held = house.gate->held(who, kCustomer);
    ASSERT_THAT(held, IsOk());
    ASSERT_EQ(held->size(), 1u);
    EXPECT_EQ(held->front().purposes, (std::vector<std::string>{"service", "improvement"}));
    EXPECT_EQ(held->front().fields[1].kept_until, Time{held->front().at.ms + 731 * kDayMs});
    EXPECT_EQ(acts(), before);
    ASSERT_THAT(house.gate->held(who, kAgent), IsOk());
    EXPECT_EQ(acts(), before + 1);
}

TEST_F(GateTest, ActsComeNewestFirstAndPageByTheirEntry) {
    const auto who = customer();
    for (int i = 0; i < 4; ++i) {
        house.clock.advance(kSecondMs);
        ASSERT_THAT(use(use_of(who, {"name"}, "service")), IsOk());
    }
    const auto first = house.gate->acts(who, std::nullopt, 3);
    ASSERT_EQ(first->size(), 3u);
    EXPECT_GT((*first)[0].at, (*first)[2].at);
    const auto rest = house.gate->acts(who, first->back().entry, 10);
    ASSERT_EQ(rest->size(), 2u);
    EXPECT_EQ(rest->back().kind, ledger::Kind::collected);
    EXPECT_THAT(house.gate->opening(who, rest->back().entry), IsOk());
    EXPECT_THAT(house.gate->opening(customer("other@example.org"), rest->back().entry),
                Fails(Code::not_found));
}

TEST_F(GateTest, UsesAreFiledByCustomerLaterAndReadAlikeBefore) {
    const auto who = customer();
    const auto other = customer("other@example.org");
    const auto use_both = [&] {
        house.clock.advance(kSecondMs);
        ASSERT_THAT(use(use_of(who, {"name"}, "service")), IsOk());
        ASSERT_THAT(use(use_of(other, {"name"}, "offers"), kMarketer), IsOk());
    };
    const auto read = [&] {
        std::vector<std::string> told{std::to_string(house.gate->extent_of(who)->acts)};
        std::optional<EntryId> before;
        for (int page = 0; page < 3; ++page) {
            const auto acts = house.gate->acts(who, before, 2).value();
            for (const auto& act : acts) {
                told.push_back(std::string(name_of(act.kind)) + act.entry.text());
                EXPECT_THAT(house.gate->opening(who, act.entry), IsOk());
                before = act.entry;
            }
        }
        const auto used =
            house.gate->acts(who, {.kinds = {ledger::Kind::used}, .before = {}, .from = {}})
                .value();
        told.push_back(std::to_string(used.size()));
        return told;
    };
    ASSERT_THAT(house.gate->file_acts(), IsOk());
    for (int i = 0; i < 3; ++i) use_both();
    EXPECT_EQ(house.count(kCountUnfiled), 6);
    const auto before = read();
    EXPECT_EQ(before.size(), 6u);  // three uses and the collection, and two counts
    EXPECT_EQ(before.back(), "3");
    ASSERT_THAT(house.gate->file_acts(), IsOk());
    EXPECT_EQ(house.count(kCountUnfiled), 0);
    EXPECT_EQ(acts(), 8);
    EXPECT_EQ(read(), before);
    use_both();
    EXPECT_EQ(house.count(kCountUnfiled), 2);
    const auto after = read();
    EXPECT_EQ(after.front(), "5");
    EXPECT_EQ(after.back(), "4");
    EXPECT_EQ(after[2], before[1]);
}

TEST_F(GateTest, ManyUsesAreFiledUnasked) {
    const auto who = customer();
    std::vector<UseRequest> some;
    while (some.size() < 512) some.push_back(use_of(who, {"name"}, "service"));
    std::int64_t most = 0;
    for (int i = 0; i < 17; ++i) {
        EXPECT_EQ(house.gate->use(some, kAgent).size(), some.size());
        most = std::max(most, house.count(kCountUnfiled));
    }
    EXPECT_EQ(acts(), 17 * 512 + 1);
    EXPECT_LT(most, 8192);
    EXPECT_GT(most, 4096);
}

TEST_F(GateTest, AnErasureTakesWhatIsNotFiled) {
    const auto who = customer();
    const auto other = customer("other@example.org");
    ASSERT_THAT(use(use_of(who, {"name"}, "service")), IsOk());
    ASSERT_THAT(use(use_of(other, {"name"}, "service")), IsOk());
    ASSERT_EQ(house.count(kCountUnfiled), 2);
    ASSERT_THAT(house.gate->erase(who, {}, kCustomer), IsOk());
    EXPECT_EQ(house.count(kCountUnfiled), 1);
    EXPECT_EQ(house.gate->acts(other, std::nullopt, 10)->size(), 2u);
}

TEST_F(GateTest, AnActThatIsNotFiledIsSealedInItsPlaceToo) {
    const auto who = customer();
    ASSERT_THAT(use(use_of(who, {"name"}, "service")), IsOk());
    ASSERT_EQ(house.tamper("update unfiled_acts set at_ms = at_ms + 1"), 1);
    EXPECT_THAT(house.gate->acts(who, std::nullopt, 10), Fails(Code::corrupt));
}

TEST_F(GateTest, AChangedRowIsFoundWhenItIsRead) {
    const auto who = customer();
    permit(who, "offers", false);
    for (const std::string_view change :
         {"update permissions set granted = 1", "update collections set purposes = 'service'",
          "update collections set at_ms = at_ms + 1", "update data set field = 'name'"}) {
        testing::House other;
        const auto theirs =
            other.gate->collect(by_portal({{"email", "ada@example.org"}}), kAgent)->customer;
        ASSERT_THAT(other.gate->permit(theirs, {"offers", true}, {}, kCustomer), IsOk());
        ASSERT_THAT(other.gate->permit(theirs, {"offers", false}, {}, kCustomer), IsOk());
        ASSERT_GT(other.tamper(change), 0) << change;
        other.reopen();
        EXPECT_THAT(other.gate->held(theirs, kCustomer), Fails(Code::corrupt)) << change;
    }
}

// ── sent again ──────────────────────────────────────────────────────────────

Once once(const char* key, const char* digest = "d") {
    return {"caller", key, digest, 0};
}

TEST_F(GateTest, AKeyThatWasSeenGivesTheFirstAnswerAndNoSecondEntry) {
    auto form = by_portal({{"name", "Nobody"}});
    form.once = once("k");
    const auto first = house.gate->collect(form, kAgent);
    const auto again = house.gate->collect(form, kAgent);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(first->customer, again->customer);
    EXPECT_EQ(first->receipt.commitment, again->receipt.commitment);
    EXPECT_TRUE(again->again && !first->again);
    form.once->digest = "other";
    EXPECT_THAT(house.gate->collect(form, kAgent), Fails(Code::invalid));
    house.clock.advance(kDayMs);
    EXPECT_NE(house.gate->collect(form, kAgent)->customer, first->customer);
}

TEST_F(GateTest, AnEmployeeReadsNothingBeforeTheGuidelinesAreAcknowledged) {
    const auto who = customer();
    Actor employee{Actor::Kind::employee, "emp_1", "web agent", false, false};
    const auto refused = use(use_of(who, {"email"}, "service"), employee);
    EXPECT_EQ(because(refused), Because::staff_not_acknowledged);
    EXPECT_EQ(value(refused.value().fields[0].value), "nothing");
    EXPECT_THAT(house.gate->held(who, employee), Fails(Code::denied));
    employee.acknowledged = true;
    const auto allowed = use(use_of(who, {"email"}, "service"), employee);
    EXPECT_EQ(because(allowed), Because::stated_at_collection);
    EXPECT_EQ(value(allowed.value().fields[0].value), "ada@example.org");
    EXPECT_THAT(house.gate->held(who, employee), IsOk());
    EXPECT_EQ(house.count("select count(*) from unfiled_acts where kind = 'refused'"), 1);
}

TEST_F(GateTest, AnEmployeeWhoDidNotAcknowledgeDoesNotLearnWhatIsHeld) {
    const auto who =
        house.gate->collect(by_portal({{"email", "b@example.org"}}), kAgent).value().customer;
    const Actor employee{Actor::Kind::employee, "emp_1", "agent", false, false};
    EXPECT_EQ(because(use(use_of(who, {"name"}, "service"), employee)),
              Because::staff_not_acknowledged);
    EXPECT_EQ(because(use(use_of(who, {"name"}, "service"))), Because::not_held);
}

TEST_F(GateTest, AnEmployeeOfSeveralRolesMayWhatAnyOfThemMay) {
    const auto who = customer();
    permit(who, "offers", true);
    const Actor both{Actor::Kind::employee, "emp_1", "agent marketer", true, false};
    EXPECT_EQ(because(use(use_of(who, {"email"}, "service"), both)), Because::stated_at_collection);
    EXPECT_EQ(because(use(use_of(who, {"email"}, "offers"), both)), Because::permission_given);
    const Actor one{Actor::Kind::employee, "emp_1", "web", true, false};
    EXPECT_EQ(because(use(use_of(who, {"email"}, "service"), one)), Because::role);
}

TEST_F(GateTest, AUseSentAgainOpensOnlyWhatMayStillBeOpened) {
    const auto who = customer();
    permit(who, "offers", true);
    auto asked = use_of(who, {"email", "shoe"}, "offers");
    asked.once = once("u");
    const auto first = use(asked, kMarketer);
    auto renamed = by_portal({{"email", "new@example.org"}});
    renamed.customer = who;
    ASSERT_THAT(house.gate->collect(renamed, kCustomer), IsOk());
    const auto again = use(asked, kMarketer);
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->entry, first->entry);
    EXPECT_EQ(value(again->fields[0].value), "ada@example.org")
        << "the first answer, not the newest";
    EXPECT_EQ(because(again, 1), Because::not_declared);
    permit(who, "offers", false);
    EXPECT_THAT(use(asked, kMarketer), Fails(Code::conflict));
}

TEST_F(GateTest, AKeptAnswerThatWasChangedOrMovedDoesNotOpen) {
    const auto who = customer();
    auto asked = use_of(who, {"email"}, "service");
    asked.once = once("u");
    ASSERT_THAT(use(asked), IsOk());
    house.tamper("update answers set at_ms = at_ms + 1");
    EXPECT_THAT(use(asked), Fails(Code::corrupt));
}

TEST_F(GateTest, AUseThatNamesCollectionsOpensThoseAndNoOthers) {
    ASSERT_GET(
        const auto first,
        house.gate->collect(by_portal({{"email", "ada@example.org"}, {"name", "Ada"}}), kAgent));
    house.clock.advance(1);
    Collection more = by_portal({{"name", "Countess"}});
    more.customer = first.customer;
    ASSERT_GET(const auto second, house.gate->collect(more, kCustomer));
    house.clock.advance(1);
    more = by_portal({{"name", "Lovelace"}});
    more.customer = first.customer;
    ASSERT_THAT(house.gate->collect(more, kCustomer), IsOk());
    const auto before = acts();
    auto request = use_of(first.customer, {"name"}, "service");
    request.from = {second.collection, first.collection, CollectionId::make({1}, house.random)};
    ASSERT_GET(const auto used, std::move(house.gate->use({&request, 1}, kAgent)[0]));
    EXPECT_EQ(acts(), before + 1);
    ASSERT_EQ(used.fields.size(), 3u);
    EXPECT_EQ(used.fields[0].value->reveal(house.gate->token_of(used)), "Countess");
    EXPECT_EQ(used.fields[1].value->reveal(house.gate->token_of(used)), "Ada");
    EXPECT_FALSE(used.fields[2].value);
    EXPECT_EQ(used.fields[2].decision.because, policy::Because::not_held);
    request.once = Once{"x", "k", "d", 0};
    EXPECT_THAT(house.gate->use({&request, 1}, kAgent)[0], Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::gate
