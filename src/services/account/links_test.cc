// SPDX-License-Identifier: Apache-2.0
// Links from the letter that carries them to what they open, and what they must not.
#include "services/account/links.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/account/accounts.hh"
#include "services/letters/post.hh"
#include "services/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;

constexpr const char* kEmail = "ada@example.org";
constexpr const char* kPassword = "a sentence nobody would guess";
constexpr const char* kOther = "a kettle under forty lamps";

// Keeps what the last letter to each address says.
class Mailbox final : public mail::Carrier {
  public:
    Status prepare() override { return {}; }
    mail::Delivery send(const mail::Envelope& envelope) override {
        ++count;
        last[envelope.to] = std::string(envelope.message);
        return {mail::Delivery::Outcome::delivered, false, 250, "2.0.0", ""};
    }
    void rest() override {}
    void stop() override {}
    int count = 0;
    std::map<std::string, std::string> last;
};

// Every argument of a phrase, so that the link stands in the message.
std::string say(std::string_view, const Phrase& phrase) {
    return phrase.id;
}

class LinksTest : public ::testing::Test {
  protected:
    LinksTest() { ada = sign_up(kEmail).value(); }
    Result<SignedIn> sign_up(const char* email, const char* password = kPassword) {
        return accounts->sign_up({Personal<std::string>(email),
                                  Personal<std::string>(password),
                                  std::nullopt,
                                  "en",
                                  "1",
                                  {},
                                  {}});
    }
    Result<SignedIn> sign_in(const char* password, std::string device = "") {
        return accounts->sign_in(
            {Personal<std::string>(kEmail), Personal<std::string>(password), "", device});
    }
    Result<SignedIn> sign_in_as(const char* email) {
        return accounts->sign_in(
            {Personal<std::string>(email), Personal<std::string>(kPassword), "", ""});
    }
    void deliver() {
        while (post.step().value() == Post::Step::worked) {
        }
    }
    // The secret of the last link that went to this address; empty without one.
    std::string secret_to(const std::string& address) {
        deliver();
        const auto& message = mailbox.last[address];
        const auto at = message.find("https://portal.example/");
        const auto hash = message.find('#', at);
        if (at == std::string::npos || hash == std::string::npos) return "";
        return message.substr(hash + 1, message.find_first_of("\r\n", hash) - hash - 1);
    }
    void ask_reset(const char* email) {
        ASSERT_THAT(accounts->ask_reset({Personal<std::string>(email), "", "en"}), IsOk());
        accounts->wait_for_backlog();
    }
    Result<std::optional<std::string>> confirm(const std::string& link) {
        return accounts->confirm_address({link, ada->customer, {}, {}});
    }
    Result<std::optional<std::string>> confirm_by_password(const std::string& link,
                                                           const char* password) {
        return accounts->confirm_address({link, {}, Personal<std::string>(password), {}});
    }
    bool is_proved() { return accounts->address_proved(ada->customer).value().has_value(); }
    bool is_open(std::string_view session) {
        return accounts->sessions().find(session).value().has_value();
    }

    gate::testing::House house;
    std::string common = testing::list_of({"princess"});
    Mailbox mailbox;
    std::unique_ptr<Letters> letters =
        Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                        house.random)
            .value();
    Post post{*letters, mailbox, say, {"portal@portal.example", "https://portal.example"}};
    std::unique_ptr<Accounts> accounts =
        Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
            .value();
    std::optional<SignedIn> ada;
};

TEST_F(LinksTest, TheLinkOfTheSignUpShowsTheAddressOnceAndInItsTime) {
    EXPECT_FALSE(is_proved());
    const auto secret = secret_to(kEmail);
    ASSERT_NE(secret, "");
    EXPECT_THAT(confirm("made up"), Fails(Code::not_found));
    EXPECT_THAT(accounts->finish_reset(secret, Personal<std::string>(kOther)),
                Fails(Code::not_found))
        << "a link of one kind opens nothing of another";
    ASSERT_THAT(confirm(secret), IsOk());
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(confirm(secret), Fails(Code::not_found));
    EXPECT_THAT(accounts->send_proof_link(ada->customer), Fails(Code::conflict));
}

TEST_F(LinksTest, ALinkThatIsOverOrReplacedOpensNothing) {
    const auto first = secret_to(kEmail);
    EXPECT_THAT(accounts->send_proof_link(ada->customer), Fails(Code::too_often));
    house.clock.advance(Links::kApartMs);
    ASSERT_THAT(accounts->send_proof_link(ada->customer), IsOk());
    const auto second = secret_to(kEmail);
    EXPECT_NE(first, second);
    EXPECT_THAT(confirm(first), Fails(Code::not_found));
    house.clock.advance(Links::kVerifyLifeMs);
    EXPECT_THAT(confirm(second), Fails(Code::not_found));
}

TEST_F(LinksTest, AForgottenPasswordIsReplacedByWhoeverReadsTheMailAndNobodyElse) {
    (void)secret_to(kEmail);
    ask_reset("nobody@example.org");
    deliver();
    EXPECT_EQ(mailbox.count, 1) << "no letter to who has no account";
    ask_reset(kEmail);
    const auto secret = secret_to(kEmail);
    ASSERT_NE(secret, "");
    EXPECT_THAT(sign_in(kPassword), IsOk()) << "asking changes nothing";
    EXPECT_THAT(accounts->finish_reset(secret, Personal<std::string>("Princess 2026")),
                Fails(Code::invalid));
    ASSERT_THAT(accounts->finish_reset(secret, Personal<std::string>(kOther)), IsOk());
    EXPECT_FALSE(is_open(ada->session));
    EXPECT_THAT(sign_in(kPassword), Fails(Code::denied));
    EXPECT_THAT(sign_in(kOther), IsOk());
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(accounts->finish_reset(secret, Personal<std::string>(kPassword)),
                Fails(Code::not_found));
    deliver();
    EXPECT_NE(mailbox.last[kEmail].find("password_changed"), std::string::npos)
        << "and its holder is told";
}

TEST_F(LinksTest, AskingForANewPasswordOftenSendsFewLetters) {
    (void)secret_to(kEmail);
    for (int i = 0; i < 100; ++i) {
        ask_reset(kEmail);
        house.clock.advance(kSecondMs);
    }
    deliver();
    EXPECT_LE(mailbox.count, 1 + 2);
    house.clock.advance(Links::kResetLifeMs);
    EXPECT_THAT(accounts->finish_reset(secret_to(kEmail), Personal<std::string>(kOther)),
                Fails(Code::not_found));
}

TEST_F(LinksTest, WhoOpensTheLinkOfAnothersSignUpConfirmsNothing) {
    const auto secret = secret_to(kEmail);
    EXPECT_THAT(accounts->confirm_address({secret, {}, {}, {}}), Fails(Code::denied));
    EXPECT_THAT(confirm_by_password(secret, kOther), Fails(Code::denied));
    const auto bob = sign_up("bob@example.org").value();
    EXPECT_THAT(accounts->confirm_address({secret, bob.customer, {}, {}}), Fails(Code::denied));
    EXPECT_FALSE(is_proved());
    const auto confirmed = confirm_by_password(secret, kPassword);
    ASSERT_THAT(confirmed, IsOk());
    EXPECT_FALSE(confirmed->has_value()) << "and signs nobody in";
    EXPECT_TRUE(is_proved());
}

TEST_F(LinksTest, ASignUpWithAKnownAddressGetsASessionThatSeesNothingOfIt) {
    ASSERT_THAT(confirm(secret_to(kEmail)), IsOk());
    const auto again = sign_up("ADA@example.org", kOther).value();
    EXPECT_NE(again.customer, ada->customer);
    EXPECT_EQ(house.gate->held(again.customer, gate::testing::kCustomer).value().size(), 1U);
    deliver();
    const auto& told = mailbox.last["ADA@example.org"];
    EXPECT_NE(told.find("address_known"), std::string::npos);
    EXPECT_NE(told.find("https://portal.example/sign-in"), std::string::npos);
    EXPECT_EQ(told.find('#'), std::string::npos) << "no link that opens anything";
    EXPECT_EQ(sign_in(kPassword)->customer, ada->customer);
    EXPECT_EQ(sign_in(kOther)->customer, again.customer);
    house.clock.advance(Links::kApartMs);
    ask_reset(kEmail);
    ASSERT_THAT(
        accounts->finish_reset(secret_to(kEmail), Personal<std::string>("a third sentence")),
        IsOk());
    EXPECT_EQ(sign_in("a third sentence")->customer, ada->customer) << "a reset is the owner's";
}

TEST_F(LinksTest, RightPasswordsOfASecondSignUpDoNotClearTheWayToGuessAtTheFirst) {
    ASSERT_THAT(confirm(secret_to(kEmail)), IsOk());
    ASSERT_THAT(sign_up(kEmail, kOther), IsOk());
    int guesses = 0;
    for (int i = 0; i < 30; ++i) {
        const auto guessed = sign_in("something that is not it");
        if (guessed.error().code() == Code::denied) ++guesses;
        (void)sign_in(kOther);
    }
    EXPECT_LE(guesses, Throttle::kFreeOfAccount);
}

TEST_F(LinksTest, ABrowserOfASecondSignUpGuessesAtTheFirstLikeAnyStranger) {
    ASSERT_THAT(confirm(secret_to(kEmail)), IsOk());
    const auto again = sign_up(kEmail, kOther).value();
    for (int i = 0; i < Throttle::kFreeOfDevice + 2; ++i) {
        (void)sign_in("something that is not it", again.device);
        (void)sign_in(kOther, again.device);
    }
    EXPECT_THAT(sign_in(kPassword, again.device), Fails(Code::denied)) << "not even with luck";
    EXPECT_THAT(sign_in(kPassword, ada->device), IsOk()) << "and the owner's browser is not slowed";
}

TEST_F(LinksTest, WhoConfirmsAnAddressSeesWhatCameInUnderItBefore) {
    auto call = gate::testing::by_portal({{"email", "eve@example.org"}, {"name", "Eve"}});
    const auto known = house.gate->collect(call, gate::testing::kAgent).value().customer;
    house.clock.advance(1);
    const auto eve = sign_up("eve@example.org").value();
    EXPECT_NE(eve.customer, known);
    ASSERT_THAT(house.gate->permit(eve.customer, {"offers", true}, {}, gate::testing::kCustomer),
                IsOk());
    const auto confirmed =
        accounts->confirm_address({secret_to("eve@example.org"), eve.customer, {}, {}});
    ASSERT_THAT(confirmed, IsOk());
    ASSERT_TRUE(confirmed->has_value());
    EXPECT_EQ(accounts->sessions().find(**confirmed).value()->customer, known);
    EXPECT_FALSE(is_open(eve.session));
    EXPECT_EQ(house.gate->held(known, gate::testing::kCustomer).value().size(), 2U);
    EXPECT_TRUE(house.gate->permissions(known).value().at(0).granted);
    EXPECT_THAT(house.gate->held(eve.customer, gate::testing::kCustomer), Fails(Code::not_found));
    EXPECT_EQ(house.count("select count(*) from leftovers"), 0);
    EXPECT_EQ(house.count("select count(*) from sign_ups"), 1) << "Ada's";
    const auto in = accounts->sign_in(
        {Personal<std::string>("eve@example.org"), Personal<std::string>(kPassword), "", ""});
    EXPECT_EQ(in->customer, known);
}

TEST_F(LinksTest, WhoSignedUpWithAnothersAddressLosesItToWhoReadsItsMail) {
    (void)secret_to(kEmail);
    const auto owner = sign_up(kEmail, kOther).value();
    const auto confirmed =
        accounts->confirm_address({secret_to(kEmail), {}, Personal<std::string>(kOther), {}});
    ASSERT_THAT(confirmed, IsOk());
    EXPECT_FALSE(is_open(ada->session)) << "whoever was in, is out";
    EXPECT_FALSE(is_open(owner.session));
    EXPECT_THAT(sign_in(kPassword), Fails(Code::denied));
    EXPECT_THAT(sign_in(kOther), IsOk());
}

TEST_F(LinksTest, AForgottenPasswordOfASignUpTakesTheAddressWithIt) {
    auto call = gate::testing::by_portal({{"email", "eve@example.org"}});
    const auto known = house.gate->collect(call, gate::testing::kAgent).value().customer;
    house.clock.advance(1);
    ASSERT_THAT(sign_up("eve@example.org"), IsOk());
    deliver();
    ask_reset("eve@example.org");
    ASSERT_THAT(accounts->finish_reset(secret_to("eve@example.org"), Personal<std::string>(kOther)),
                IsOk());
    const auto in = accounts->sign_in(
        {Personal<std::string>("eve@example.org"), Personal<std::string>(kOther), "", ""});
    EXPECT_EQ(in->customer, known);
}

class ChangeTest : public LinksTest {
  protected:
    static constexpr const char* kNew = "ada@new.example";
    ChangeTest() {
        EXPECT_THAT(confirm(secret_to(kEmail)), IsOk());
        house.clock.advance(Links::kApartMs);
    }
    Status ask(const char* address) {
        return accounts->ask_address_change(ada->customer, Personal<std::string>(address));
    }
    std::optional<CustomerId> who_has(const char* address) {
        return house.gate->find_by_address(Personal<std::string>(address)).value();
    }
};

TEST_F(ChangeTest, AnotherAddressIsTheAccountsOnlyOnceItsMailWasRead) {
    ASSERT_THAT(ask(kNew), IsOk());
    EXPECT_THAT(ask(kNew), IsOk()) << "the same once more";
    EXPECT_THAT(ask("ada@other.example"), Fails(Code::too_often));
    const auto secret = secret_to(kNew);
    EXPECT_EQ(who_has(kEmail), ada->customer);
    EXPECT_EQ(who_has(kNew), std::nullopt);
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(accounts->confirm_address({secret, {}, {}, {}}), Fails(Code::denied));
    ASSERT_THAT(confirm(secret), IsOk());
    EXPECT_EQ(who_has(kEmail), std::nullopt);
    EXPECT_EQ(who_has(kNew), ada->customer);
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(confirm(secret), Fails(Code::not_found));
    deliver();
    EXPECT_NE(mailbox.last[kEmail].find("address_changed_old"), std::string::npos);
}

TEST_F(ChangeTest, TheFormerAddressTakesItselfBackAndEndsEverySession) {
    ask_reset(kEmail);
    const auto reset = secret_to(kEmail);
    ASSERT_THAT(ask(kNew), IsOk());
    ASSERT_THAT(confirm(secret_to(kNew)), IsOk());
    EXPECT_THAT(accounts->finish_reset(reset, Personal<std::string>(kOther)),
                Fails(Code::not_found))
        << "a link that went to the former address";
    const auto undo = secret_to(kEmail);
    // Whoever made the change goes on, and reads the mail of what they made it.
    house.clock.advance(Links::kApartMs);
    ASSERT_THAT(ask("mallory@new.example"), IsOk());
    ASSERT_THAT(confirm(secret_to("mallory@new.example")), IsOk());
    const auto theirs = secret_to(kNew);
    house.clock.advance(3 * kDayMs);
    const auto session = sign_in_as("mallory@new.example").value().session;
    ASSERT_THAT(accounts->undo_address_change(undo), IsOk());
    EXPECT_EQ(who_has(kEmail), ada->customer);
    EXPECT_EQ(who_has("mallory@new.example"), std::nullopt);
    EXPECT_FALSE(is_open(session));
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(accounts->undo_address_change(theirs), Fails(Code::not_found));
    EXPECT_THAT(accounts->undo_address_change(undo), Fails(Code::not_found));
    EXPECT_EQ(house.count("select count(*) from former_addresses"), 0);
}

TEST_F(ChangeTest, AnUndoIsOverAfterAWeek) {
    ASSERT_THAT(ask(kNew), IsOk());
    ASSERT_THAT(confirm(secret_to(kNew)), IsOk());
    const auto undo = secret_to(kEmail);
    house.clock.advance(Links::kUndoLifeMs);
    EXPECT_THAT(accounts->undo_address_change(undo), Fails(Code::not_found));
    EXPECT_EQ(who_has(kNew), ada->customer);
}

TEST_F(ChangeTest, AnAddressOfSomebodyElseIsAskedForLikeAnyOtherAndNeverGiven) {
    ASSERT_THAT(sign_up("bob@example.org"), IsOk());
    deliver();
    ASSERT_THAT(ask("bob@example.org"), IsOk());
    deliver();
    EXPECT_NE(mailbox.last["bob@example.org"].find("address_known"), std::string::npos);
    EXPECT_EQ(who_has(kEmail), ada->customer);
    ASSERT_THAT(accounts->forget_address_change(ada->customer), IsOk());
    EXPECT_FALSE(accounts->asked_address(ada->customer).value().has_value());
}

TEST_F(LinksTest, AnUnconfirmedAddressIsNotWrittenTo) {
    (void)secret_to(kEmail);
    const auto change = [&](const char* from, const char* to) {
        return accounts->change_password(
            {ada->customer, ada->session, Personal<std::string>(from), Personal<std::string>(to)});
    };
    ASSERT_THAT(change(kPassword, kOther), IsOk());
    deliver();
    EXPECT_EQ(mailbox.count, 1) << "the link alone";
    house.clock.advance(Links::kApartMs);
    ASSERT_THAT(accounts->send_proof_link(ada->customer), IsOk());
    ASSERT_THAT(confirm(secret_to(kEmail)), IsOk());
    ASSERT_THAT(change(kOther, kPassword), IsOk());
    deliver();
    EXPECT_EQ(mailbox.count, 3);
}

TEST_F(LinksTest, NothingOfALinkOutlivesItsCustomer) {
    ask_reset(kEmail);
    ASSERT_THAT(house.gate->erase(ada->customer, {gate::Scope::Kind::customer, ""},
                                  gate::testing::kCustomer),
                IsOk());
    for (const auto* table : {"account_links", "address_proofs", "letters"}) {
        EXPECT_EQ(house.count("select count(*) from " + std::string(table)), 0) << table;
    }
}

}  // namespace
}  // namespace avow::services
