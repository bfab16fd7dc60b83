// SPDX-License-Identifier: Apache-2.0
// ListJoining and leaving the mailing list by mailed links, and what nobody can do for another.
#include "services/outreach/mailing_list.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/letters/post.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kAddress = "ada@example.org";

std::string promises_with_list(const char* version = "2") {
    const auto text = gate::testing::replaced(gate::testing::kPromises, "[channels.letter]",
                                              R"([channels.list]
label = "The list"
fields = ["email", "name"]
purposes = ["offers"]
retain = "until withdrawn"
[channels.letter])");
    return gate::testing::replaced(text, "version = \"1\"",
                                   "version = \"" + std::string(version) + "\"");
}

std::string say(std::string_view, const Phrase& phrase) {
    return phrase.id;
}

class MailingListTest : public ::testing::Test {
  protected:
    MailingListTest() {
        house.publish(promises_with_list());
        open();
    }
    void open() {
        list.reset();
        letters = Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                                  house.random)
                      .value();
        accounts.reset();
        accounts =
            Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
                .value();
        list = MailingList::create(*house.store, *house.gate, *letters, house.clock, house.random)
                   .value();
    }
    ListJoining joining(const char* email = kAddress) const {
        ListJoining made{Personal<std::string>(email), {},         {"offers"}, "en", "2", "/list",
                         "Yes, write to me.",          "192.0.2.1"};
        made.name.emplace("Ada");
        return made;
    }
    // The link of the newest letter that was sent; an hour passes with each.
    std::string mailed_link() {
        Post post(*letters, carrier, say, {"portal@example.org", "https://portal.example"});
        while (post.step().value() == Post::Step::worked) {
        }
        house.clock.advance(kHourMs);
        for (auto message = carrier.messages.rbegin(); message != carrier.messages.rend();
             ++message) {
            const auto at = message->find("/list/confirm#");
            if (at != std::string::npos)
                return message->substr(at, message->find_first_of("\r\n", at) - at);
        }
        ADD_FAILURE() << "no letter leads to the list";
        return "";
    }
    std::string join(const char* email = kAddress) {
        EXPECT_THAT(list->ask_to_join(joining(email)), IsOk());
        return mailed_link();
    }
    std::int64_t customers() { return house.count("select count(*) from customers"); }
    std::optional<CustomerId> known(const char* email = kAddress) {
        return house.gate->find_by_address(Personal<std::string>(email)).value();
    }
    bool may_write(const CustomerId& customer) {
        const auto standing = house.gate->permissions(customer).value();
        for (const auto& one : standing) {
            if (one.purpose == "offers") return one.granted;
        }
        return false;
    }

    gate::testing::House house;
    testing::FakeCarrier carrier;
    const std::string common = testing::list_of({"password"});
    std::unique_ptr<Letters> letters;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<MailingList> list;
};

TEST_F(MailingListTest, NothingIsCollectedBeforeTheLinkIsOpened) {
    const auto link = join();
    EXPECT_THAT(carrier.to, ElementsAre(kAddress));
    EXPECT_EQ(customers(), 0);
    ASSERT_GET(const auto confirmed, list->confirm(link));
    EXPECT_TRUE(confirmed.joined);
    EXPECT_THAT(confirmed.topics, ElementsAre("offers"));
    ASSERT_TRUE(known());
    EXPECT_TRUE(may_write(*known()));
}

TEST_F(MailingListTest, ThePermissionSaysWhatShowsIt) {
    const auto link = join();
    ASSERT_THAT(list->confirm(link), IsOk());
    ASSERT_GET(const auto acts, house.gate->acts(*known(), std::nullopt, 50));
    const auto token = house.gate->own_data_token();
    std::string all;
    for (const auto& act : acts) all += act.details.reveal(token) + "\n";
    for (const auto* shown : {"\\\"page\\\":\\\"/list\\\"", "Yes, write to me.", "words_sha256",
                              "\\\"language\\\":\\\"en\\\"", "\\\"policy_version\\\":\\\"2\\\"",
                              "asked", "confirmed", "@portal.example"}) {
        EXPECT_THAT(all, HasSubstr(shown));
    }
    EXPECT_THAT(all, Not(HasSubstr("192.0.2.1")));
}

TEST_F(MailingListTest, ALinkOpenedTwiceJoinsOnceAndItsSecretIsGone) {
    const auto link = join();
    ASSERT_THAT(list->confirm(link), IsOk());
    ASSERT_GET(const auto again, list->confirm(link));
    EXPECT_TRUE(again.joined);
    EXPECT_THAT(again.topics, IsEmpty());
    EXPECT_EQ(house.count("select count(*) from collections"), 1);
    EXPECT_EQ(house.count("select count(*) from list_askings where length(sealed) > 0"), 0);
}

TEST_F(MailingListTest, WhatIsPastedMayHaveBlanksOrTheWholeAddress) {
    const auto link = join();
    EXPECT_THAT(list->confirm("  https://portal.example" + link + " \r\n"), IsOk());
}

TEST_F(MailingListTest, NoOtherSecretDoes) {
    auto link = join();
    for (const auto at : {link.size() - 2, link.size() - 40}) {
        auto bent = link;
        bent[at] = bent[at] == 'A' ? 'B' : 'A';
        EXPECT_THAT(list->confirm(bent), Fails(Code::not_found));
    }
    for (const auto* none : {"", "#", "nothing", "/list/confirm#AAAA"})
        EXPECT_THAT(list->confirm(none), Fails(Code::not_found));
    EXPECT_THAT(list->confirm(std::string(100'000, 'A')), Fails(Code::not_found));
    EXPECT_EQ(customers(), 0);
}

TEST_F(MailingListTest, ALinkIsOverAfterThreeDaysAndNothingIsLeft) {
    const auto link = join();
    house.clock.advance(kAskingLifeMs);
    EXPECT_THAT(list->confirm(link), Fails(Code::not_found));
    open();
    EXPECT_EQ(house.count("select count(*) from list_askings"), 0);
}

TEST_F(MailingListTest, WhoIsKnownIsJoinedToWhatIsHeld) {
    gate::Collection collection;
    collection.channel = "portal";
    collection.fields.push_back({"email", Personal<std::string>("Ada@Example.org")});
    ASSERT_GET(const auto before, house.gate->collect(collection, {}));
    const auto link = join();
    EXPECT_FALSE(may_write(before.customer));
    ASSERT_THAT(list->confirm(link), IsOk());
    EXPECT_TRUE(may_write(before.customer));
    EXPECT_EQ(customers(), 1);
}

TEST_F(MailingListTest, LeavingWantsTheLinkToo) {
    ASSERT_THAT(list->confirm(join()), IsOk());
    const auto customer = *known();
    ASSERT_THAT(list->ask_to_leave({Personal<std::string>(kAddress), "en", ""}), IsOk());
    const auto link = mailed_link();
    EXPECT_TRUE(may_write(customer));
    ASSERT_GET(const auto left, list->confirm(link));
    EXPECT_FALSE(left.joined);
    EXPECT_THAT(left.topics, ElementsAre("offers"));
    EXPECT_FALSE(may_write(customer));
    // And back again.
    ASSERT_THAT(list->confirm(join()), IsOk());
    EXPECT_TRUE(may_write(customer));
}

TEST_F(MailingListTest, WhoIsNotKnownLeavesWithoutATrace) {
    ASSERT_THAT(list->ask_to_leave({Personal<std::string>("nobody@example.org"), "en", ""}),
                IsOk());
    ASSERT_GET(const auto left, list->confirm(mailed_link()));
    EXPECT_THAT(left.topics, IsEmpty());
    EXPECT_EQ(customers(), 0);
}

TEST_F(MailingListTest, AnAddressGetsThreeLettersADayAndNobodyIsTold) {
    for (int i = 0; i < 5; ++i) EXPECT_THAT(list->ask_to_join(joining()), IsOk());
    mailed_link();
    EXPECT_EQ(carrier.messages.size(), 3u);
    house.clock.advance(kDayMs);
    EXPECT_THAT(list->ask_to_join(joining()), IsOk());
    mailed_link();
    EXPECT_EQ(carrier.messages.size(), 4u);
}

TEST_F(MailingListTest, ANetworkThatAsksForManyIsSlowed) {
    int taken = 0;
    for (int i = 0; i < 200; ++i)
        taken += list->ask_to_join(joining(("a" + std::to_string(i) + "@example.org").c_str()))
                         .has_value()
                     ? 1
                     : 0;
    EXPECT_EQ(taken, Throttle::kFreeOfNetwork);
}

TEST_F(MailingListTest, WhatDoesNotFitIsNamedAndNothingIsSent) {
    auto none = joining();
    none.topics.clear();
    EXPECT_THAT(list->ask_to_join(none), Fails(Code::invalid));
    auto unknown = joining();
    unknown.topics = {"service"};  // rests on the contract
    EXPECT_THAT(list->ask_to_join(unknown), Fails(Code::invalid));
    EXPECT_THAT(list->ask_to_join(joining("no address")), Fails(Code::invalid));
    auto stale = joining();
    stale.policy_version = "1";
    EXPECT_THAT(list->ask_to_join(stale), Fails(Code::conflict));
    auto named = joining();
    named.name.emplace(std::string(201, 'x'));
    EXPECT_THAT(list->ask_to_join(named), Fails(Code::invalid));
    EXPECT_EQ(house.count("select count(*) from letters"), 0);
    EXPECT_EQ(house.count("select count(*) from list_askings"), 0);
}

TEST_F(MailingListTest, APolicyThatChangedMeanwhileIsReadFirst) {
    const auto link = join();
    house.publish(promises_with_list("3"));
    EXPECT_THAT(list->confirm(link), Fails(Code::conflict));
    EXPECT_EQ(customers(), 0);
}

TEST_F(MailingListTest, APolicyWithoutAListHasNone) {
    house.publish(
        gate::testing::replaced(gate::testing::kPromises, "version = \"1\"", "version = \"3\""));
    EXPECT_THAT(list->ask_to_join(joining()), Fails(Code::not_found));
    EXPECT_THAT(list->ask_to_leave({Personal<std::string>(kAddress), "en", ""}),
                Fails(Code::not_found));
}

TEST_F(MailingListTest, AnAudienceCountsWhoMayBeWrittenToAndWhyNotTheOthers) {
    const gate::Actor marketer{gate::Actor::Kind::system, "m", "marketer", false, false};
    for (const auto* email : {"yes@example.org", "no@example.org"}) {
        gate::Collection collection;
        collection.channel = "portal";
        collection.fields.push_back({"email", Personal<std::string>(email)});
        if (std::string_view(email) == "yes@example.org")
            collection.permissions.push_back({"offers", true});
        ASSERT_THAT(house.gate->collect(collection, {}), IsOk());
    }
    ASSERT_THAT(list->confirm(join()), IsOk());
    ASSERT_GET(const auto audience,
               house.gate->audience("offers", marketer, Accounts::may_be_written_to));
    EXPECT_EQ(audience.reachable, 1u);
    EXPECT_EQ(audience.unconfirmed, 1u);
    EXPECT_EQ(audience.excluded,
              (std::map<policy::Because, std::uint64_t>{{policy::Because::no_permission, 1}}));
    EXPECT_EQ(house.count("select (select count(*) from acts where kind in ('used', 'refused')) + "
                          "(select count(*) from unfiled_acts)"),
              0);
    EXPECT_THAT(house.gate->audience("nothing", marketer, Accounts::may_be_written_to),
                Fails(Code::invalid));
    gate::Actor unread{gate::Actor::Kind::employee, "e", "marketer", false, false};
    EXPECT_THAT(house.gate->audience("offers", unread, Accounts::may_be_written_to),
                Fails(Code::denied));
}

TEST_F(MailingListTest, AConfirmedAddressIsProvedUnlessAnAccountHoldsIt) {
    SignUp form{Personal<std::string>(kAddress),
                Personal<std::string>("a sentence of my own"),
                std::nullopt,
                "en",
                "2",
                {},
                {}};
    ASSERT_GET(const auto signed_in, accounts->sign_up(std::move(form)));
    ASSERT_THAT(list->confirm(join()), IsOk());
    EXPECT_EQ(accounts->address_proved(signed_in.customer).value(), std::nullopt);
    ASSERT_THAT(list->confirm(join("grace@example.org")), IsOk());
    EXPECT_NE(accounts->address_proved(*known("grace@example.org")).value(), std::nullopt);
}

TEST_F(MailingListTest, NoAddressStandsInTheStoreAndTheLedgerNamesNobody) {
    join();
    ASSERT_THAT(house.store->scrub(), IsOk());
    for (const auto& file : std::filesystem::recursive_directory_iterator(house.folder)) {
        if (!file.is_regular_file()) continue;
        ASSERT_GET(const auto content, read_file(file.path()));
        EXPECT_EQ(content.find(kAddress), std::string::npos) << file.path();
    }
    EXPECT_EQ(house.count("select count(*) from house_acts where kind = 'messaged'"), 1);
}

}  // namespace
}  // namespace avow::services
