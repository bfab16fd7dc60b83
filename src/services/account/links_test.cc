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
    Result<SignedIn> sign_up(const char* email) {
        return accounts->sign_up({Personal<std::string>(email),
                                  Personal<std::string>(kPassword),
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
    EXPECT_THAT(accounts->prove_address("made up"), Fails(Code::not_found));
    EXPECT_THAT(accounts->finish_reset(secret, Personal<std::string>(kOther)),
                Fails(Code::not_found))
        << "a link of one kind opens nothing of another";
    ASSERT_THAT(accounts->prove_address(secret), IsOk());
    EXPECT_TRUE(is_proved());
    EXPECT_THAT(accounts->prove_address(secret), Fails(Code::not_found));
    EXPECT_THAT(accounts->send_proof_link(ada->customer), Fails(Code::conflict));
}

TEST_F(LinksTest, ALinkThatIsOverOrReplacedOpensNothing) {
    const auto first = secret_to(kEmail);
    EXPECT_THAT(accounts->send_proof_link(ada->customer), Fails(Code::too_often));
    house.clock.advance(Links::kApartMs);
    ASSERT_THAT(accounts->send_proof_link(ada->customer), IsOk());
    const auto second = secret_to(kEmail);
    EXPECT_NE(first, second);
    EXPECT_THAT(accounts->prove_address(first), Fails(Code::not_found));
    house.clock.advance(Links::kVerifyLifeMs);
    EXPECT_THAT(accounts->prove_address(second), Fails(Code::not_found));
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

TEST_F(LinksTest, AnotherAddressIsShownAnewAndTheFormerOneIsToldAndOpensNothing) {
    ASSERT_THAT(accounts->prove_address(secret_to(kEmail)), IsOk());
    ask_reset(kEmail);
    const auto former = secret_to(kEmail);
    house.clock.advance(1);
    auto change = gate::testing::by_portal({{"email", "ada@new.example"}});
    change.customer = ada->customer;
    ASSERT_THAT(
        house.gate->collect(change, gate::testing::kCustomer,
                            accounts->after_address_change(Personal<std::string>(kEmail), "en")),
        IsOk());
    EXPECT_FALSE(is_proved());
    const auto fresh = secret_to("ada@new.example");
    EXPECT_NE(mailbox.last[kEmail].find("address_changed_old"), std::string::npos);
    EXPECT_THAT(accounts->finish_reset(former, Personal<std::string>(kOther)),
                Fails(Code::not_found));
    ASSERT_THAT(accounts->prove_address(fresh), IsOk());
    EXPECT_TRUE(is_proved());
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
