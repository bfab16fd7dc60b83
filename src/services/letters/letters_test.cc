// SPDX-License-Identifier: Apache-2.0
// Letters from the act that writes them to the carrier that takes them, and what a crash, a
// refusal, an erasure or the policy makes of them.
#include "services/letters/letters.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "gate/testing.hh"
#include "services/letters/post.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using mail::Delivery;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using Outcome = Delivery::Outcome;
using Step = Post::Step;

constexpr const char* kAddress = "ada@example.org";
constexpr const char* kSecret = "/account/verify#s3cr3t-of-the-link";

struct Taken {
    std::string to;
    std::string id;
    std::string message;
};

class FakeCarrier final : public mail::Carrier {
  public:
    Status prepare() override {
        if (reachable) return {};
        return Error(Code::unavailable, "nobody is there");
    }
    Delivery send(const mail::Envelope& envelope) override {
        taken.push_back(
            {envelope.to, std::string(envelope.message_id), std::string(envelope.message)});
        if (meanwhile) meanwhile();
        return {outcome, outcome == Outcome::later, 0, status, "as the test wants"};
    }
    void rest() override {}
    void stop() override {}

    bool reachable = true;
    Outcome outcome = Outcome::delivered;
    std::string status = "2.0.0";
    std::function<void()> meanwhile;
    std::vector<Taken> taken;
};

// Each phrase as its id and its language, with its first argument.
std::string say(std::string_view language, const Phrase& phrase) {
    auto text = std::string(language) + ":" + phrase.id;
    for (const auto& [name, value] : phrase.arguments) {
        if (const auto* word = std::get_if<std::string>(&value)) text += " " + *word;
        if (const auto* count = std::get_if<std::int64_t>(&value))
            text += " " + std::to_string(*count);
    }
    return text;
}

class LettersTest : public ::testing::Test {
  protected:
    LettersTest() {
        open();
        customer =
            house.gate
                ->collect(gate::testing::by_portal({{"email", kAddress}}), gate::testing::kCustomer)
                .value()
                .customer;
        house.clock.advance(1);
    }
    void open(const std::string& node = "") {
        letters = Letters::create(*house.store, *house.gate, {"portal.example", node}, house.clock,
                                  house.random)
                      .value();
        post = make_post();
    }
    std::unique_ptr<Post> make_post() {
        return std::make_unique<Post>(
            *letters, carrier, say,
            Post::Options{"portal@portal.example", "https://portal.example"});
    }
    Status write(const Letter& letter) {
        return house.store->write(
            [&](sql::Writer& unit) { return letters->write(unit, *customer, letter); });
    }
    Letter verification() const {
        return {.kind = LetterKind::verify_address,
                .language = "de",
                .to = {},
                .link = Personal<std::string>(kSecret),
                .ends = house.clock.now() + kDayMs};
    }
    Letter changed() const { return {.kind = LetterKind::password_changed, .language = "en"}; }
    std::int64_t in_state(const std::string& state) {
        return letters->counts().value()[state].letters;
    }
    std::int64_t count_acts(std::string_view kind) {
        std::int64_t found = 0;
        const auto acts = house.gate->acts(*customer, std::nullopt, 100).value();
        for (const auto& act : acts) {
            if (ledger::name_of(act.kind) == kind) ++found;
        }
        return found;
    }
    Result<Step> work() {
        auto step = post->step();
        return step;
    }

    gate::testing::House house;
    FakeCarrier carrier;
    std::unique_ptr<Letters> letters;
    std::unique_ptr<Post> post;
    std::optional<CustomerId> customer;
};

TEST_F(LettersTest, ALetterIsWrittenWithItsActOrNotAtAll) {
    const auto undone = house.store->write([&](sql::Writer& unit) -> Status {
        TRY_OK(letters->write(unit, *customer, changed()));
        return Error(Code::conflict, "the act failed");
    });
    EXPECT_THAT(undone, Fails(Code::conflict));
    EXPECT_EQ(*work(), Step::idle);
    EXPECT_THAT(write(changed()), IsOk());
    EXPECT_EQ(*work(), Step::worked);
    EXPECT_THAT(carrier.taken, SizeIs(1));
    EXPECT_EQ(*work(), Step::idle);
}

TEST_F(LettersTest, AnActWritesItInCollectToo) {
    const auto collected = house.gate->collect(
        gate::testing::by_portal({{"email", "bob@example.org"}}), gate::testing::kCustomer,
        [&](sql::Writer& unit, const CustomerId& made) {
            return letters->write(unit, made, verification());
        });
    ASSERT_THAT(collected, IsOk());
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(carrier.taken.at(0).to, "bob@example.org");
}

TEST_F(LettersTest, GoesToTheNewestAddressWithTheWholeLink) {
    ASSERT_THAT(write(verification()), IsOk());
    auto moved = gate::testing::by_portal({{"email", "ada@new.example"}});
    moved.customer = customer;
    house.clock.advance(1);
    ASSERT_THAT(house.gate->collect(moved, gate::testing::kCustomer), IsOk());
    ASSERT_THAT(work(), IsOk());
    ASSERT_THAT(carrier.taken, SizeIs(1));
    const auto& sent = carrier.taken[0];
    EXPECT_EQ(sent.to, "ada@new.example");
    EXPECT_THAT(sent.id, ::testing::MatchesRegex("let_[0-9a-z]{26}@portal.example"));
    EXPECT_THAT(
        sent.message,
        AllOf(HasSubstr("\r\n\r\nhttps://portal.example/account/verify#s3cr3t-of-the-link\r\n"),
              HasSubstr("de:verify_address_subject"), HasSubstr("de:link_hours 23"),
              HasSubstr("Auto-Submitted: auto-generated"), HasSubstr("<" + sent.id + ">"),
              HasSubstr("Reply-To: Example <privacy@example.org>")));
    EXPECT_EQ(in_state("sent"), 1);
}

TEST_F(LettersTest, OneToAnAddressNotStoredGoesThere) {
    auto letter = verification();
    letter.to = Personal<std::string>("ada@not-yet.example");
    ASSERT_THAT(write(letter), IsOk());
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(carrier.taken.at(0).to, "ada@not-yet.example");
    EXPECT_THAT(carrier.taken.at(0).message, Not(HasSubstr(kAddress)));
}

TEST_F(LettersTest, EachIsOneEntryThatTheCustomerReads) {
    ASSERT_THAT(write(verification()), IsOk());
    carrier.outcome = Outcome::later;
    for (int i = 0; i < 5; ++i) {
        ASSERT_THAT(work(), IsOk());
        house.clock.advance(kLastRetryMs);
    }
    EXPECT_THAT(carrier.taken, SizeIs(5));
    EXPECT_EQ(count_acts("messaged"), 1);
    const auto acts = house.gate->acts(*customer, std::nullopt, 10).value();
    const auto& details = acts.at(0).details.reveal(house.gate->own_data_token());
    EXPECT_THAT(
        details,
        AllOf(HasSubstr("\"letter\":\"verify_address\""), HasSubstr("\"purpose\":\"service\""),
              HasSubstr("We use your data to serve you."), HasSubstr(carrier.taken[0].id),
              Not(HasSubstr(kAddress)), Not(HasSubstr("s3cr3t"))));
    ASSERT_THAT(house.ledger->flush(), IsOk());
    EXPECT_THAT(house.ledger->index_of(acts.at(0).entry), IsOk());
}

TEST_F(LettersTest, NothingOfItLiesInClear) {
    auto letter = verification();
    letter.to = Personal<std::string>("ada@not-yet.example");
    ASSERT_THAT(write(letter), IsOk());
    const auto look = [&] {
        std::string all;
        for (const auto* name : {"store.db", "store.db-wal"}) {
            if (auto text = read_file(house.folder / name)) all += *text;
        }
        return all;
    };
    EXPECT_THAT(look(), AllOf(HasSubstr("verify_address"), Not(HasSubstr("s3cr3t")),
                              Not(HasSubstr("not-yet"))));
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(house.count("select max(length(sealed)) from letters"), 0) << "sent: nothing is kept";
    EXPECT_THAT(look(), AllOf(Not(HasSubstr("s3cr3t")), Not(HasSubstr("not-yet"))));
}

TEST_F(LettersTest, OneThatFailedIsTriedAgainUnderTheSameIdUntilItIsGivenUp) {
    ASSERT_THAT(write(changed()), IsOk());
    carrier.outcome = Outcome::later;
    carrier.status = "4.2.0";
    const auto begin = house.clock.now();
    std::vector<std::int64_t> waits;
    auto last = begin;
    while (in_state("waiting") == 1 && house.clock.now() - begin < 4 * kDayMs) {
        const auto before = carrier.taken.size();
        ASSERT_THAT(work(), IsOk());
        if (carrier.taken.size() > before) {
            waits.push_back(house.clock.now() - last);
            last = house.clock.now();
        }
        house.clock.advance(10 * kSecondMs);
    }
    EXPECT_EQ(in_state("given_up"), 1);
    EXPECT_GT(carrier.taken.size(), 20u);
    EXPECT_LT(carrier.taken.size(), 60u);
    for (const auto& sent : carrier.taken) EXPECT_EQ(sent.id, carrier.taken[0].id);
    EXPECT_GE(waits.at(1), kFirstRetryMs);
    EXPECT_LE(waits.at(1), kFirstRetryMs * 5 / 4 + 10 * kSecondMs);
    EXPECT_GE(waits.back(), kLastRetryMs);
    EXPECT_LE(last - begin, kLetterLifeMs);
    EXPECT_EQ(house.count("select max(length(sealed)) from letters"), 0);
}

TEST_F(LettersTest, ARefusalIsKeptWithItsStatus) {
    ASSERT_THAT(write(changed()), IsOk());
    carrier.outcome = Outcome::refused;
    carrier.status = "5.1.1";
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(in_state("refused"), 1);
    EXPECT_EQ(
        house.count("select count(*) from letters where status = '5.1.1' and length(sealed) = 0"),
        1);
    EXPECT_EQ(*work(), Step::idle);
}

TEST_F(LettersTest, ALinkThatHasEndedIsNotSent) {
    ASSERT_THAT(write(verification()), IsOk());
    house.clock.advance(kDayMs + 1);
    ASSERT_THAT(work(), IsOk());
    EXPECT_TRUE(carrier.taken.empty());
    EXPECT_EQ(in_state("given_up"), 1);
    EXPECT_EQ(count_acts("messaged"), 0);
}

TEST_F(LettersTest, WithoutACarrierNothingIsOpened) {
    ASSERT_THAT(write(changed()), IsOk());
    carrier.reachable = false;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(*work(), Step::unreachable);
    EXPECT_EQ(count_acts("messaged"), 0);
    carrier.reachable = true;
    EXPECT_EQ(*work(), Step::worked);
    EXPECT_EQ(in_state("sent"), 1);
}

TEST_F(LettersTest, WhatThePolicyDoesNotStateIsNotMailed) {
    ASSERT_THAT(write(changed()), IsOk());
    auto promises = gate::testing::replaced(gate::testing::kPromises, "\"contract\"",
                                            "\"legitimate-interest\"");
    house.publish(gate::testing::replaced(promises, "version = \"1\"", "version = \"2\""));
    ASSERT_THAT(work(), IsOk());
    EXPECT_TRUE(carrier.taken.empty());
    EXPECT_EQ(in_state("withheld"), 1);
    EXPECT_EQ(count_acts("refused"), 1);
    EXPECT_EQ(*work(), Step::idle);
}

TEST_F(LettersTest, AnErasedCustomersLettersGoToo) {
    ASSERT_THAT(write(changed()), IsOk());
    ASSERT_THAT(write(verification()), IsOk());
    const auto plan = house.gate->preview(*customer, {}).value();
    EXPECT_TRUE(std::any_of(plan.goes.begin(), plan.goes.end(), [](const auto& line) {
        return line.what == "letters" && line.count == 2;
    }));
    ASSERT_THAT(house.gate->erase(*customer, {}, gate::testing::kCustomer), IsOk());
    EXPECT_EQ(house.count("select count(*) from letters"), 0);
    EXPECT_EQ(*work(), Step::idle);
    EXPECT_THAT(write(changed()), Fails(Code::not_found));
}

TEST_F(LettersTest, OneErasedWhileItIsUnderWayLeavesNoRow) {
    ASSERT_THAT(write(changed()), IsOk());
    carrier.meanwhile = [&] {
        EXPECT_THAT(house.gate->erase(*customer, {}, gate::testing::kCustomer), IsOk());
    };
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(house.count("select count(*) from letters"), 0);
}

TEST_F(LettersTest, WhatACrashLeftUnderWayGoesAgainUnderTheSameId) {
    ASSERT_THAT(write(changed()), IsOk());
    carrier.meanwhile = [&] {
        // As the process dies here, its claim stands in the store.
        EXPECT_EQ(
            house.count("select count(*) from letters where claimed_by = 'alone' and attempts = 1"),
            1);
        house.tamper("update letters set kind = 'reset' where claimed_by = 'alone'");
        house.tamper("create table kept as select * from letters");
    };
    ASSERT_THAT(work(), IsOk());
    house.tamper("delete from letters");
    house.tamper("insert into letters select * from kept");
    carrier.meanwhile = {};
    EXPECT_EQ(*work(), Step::idle) << "it is claimed still";
    open("another");
    EXPECT_EQ(*work(), Step::idle) << "and not another's";
    open();
    EXPECT_EQ(*work(), Step::worked);
    ASSERT_THAT(carrier.taken, SizeIs(2));
    EXPECT_EQ(carrier.taken[0].id, carrier.taken[1].id);
    EXPECT_EQ(count_acts("messaged"), 1);
}

TEST_F(LettersTest, ANodeThatVanishedIsWaitedForAndThenReplaced) {
    ASSERT_THAT(write(changed()), IsOk());
    house.tamper(
        "update letters set claimed_by = 'gone', attempts = 1, next_ms = next_ms + 5400000");
    open("here");
    EXPECT_EQ(*work(), Step::idle);
    house.clock.advance(kClaimMs);
    EXPECT_EQ(*work(), Step::worked);
    EXPECT_EQ(in_state("sent"), 1);
}

TEST_F(LettersTest, TwoWhoSendDoNotSendTheSameLetter) {
    ASSERT_THAT(write(changed()), IsOk());
    ASSERT_THAT(write(changed()), IsOk());
    const auto other = make_post();
    bool nested = false;
    carrier.meanwhile = [&] {
        if (std::exchange(nested, true)) return;
        EXPECT_THAT(other->step(), IsOk());  // sends the second one, and leaves the first
    };
    ASSERT_THAT(work(), IsOk());
    ASSERT_THAT(carrier.taken, SizeIs(2));
    EXPECT_NE(carrier.taken[0].id, carrier.taken[1].id);
    EXPECT_EQ(in_state("sent"), 2);
}

TEST_F(LettersTest, ADamagedOneIsSetAsideAndTheNextGoes) {
    ASSERT_THAT(write(verification()), IsOk());
    house.tamper("update letters set sealed = zeroblob(length(sealed))");
    house.clock.advance(1);
    ASSERT_THAT(write(changed()), IsOk());
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(in_state("refused"), 1);
    EXPECT_EQ(in_state("sent"), 1);
}

TEST_F(LettersTest, OneWhoseCustomerCannotBeReadHoldsNobodyUp) {
    for (const bool keyless : {false, true}) {
        const auto bob =
            house.gate
                ->collect(gate::testing::by_portal(
                              {{"email", keyless ? "b@example.org" : "c@example.org"}}),
                          gate::testing::kCustomer)
                ->customer;
        const auto written = house.store->write(
            [&](sql::Writer& unit) { return letters->write(unit, bob, changed()); });
        ASSERT_THAT(written, IsOk());
        if (keyless) {
            ASSERT_THAT(house.keyring->forget(bob), IsOk());
        } else {
            house.tamper("update customers set created_ms = created_ms + 1 where customer_id = $1",
                         {ByteView(bob.bytes())});
        }
        house.clock.advance(1);
    }
    ASSERT_THAT(write(changed()), IsOk());
    EXPECT_EQ(*work(), Step::worked);
    EXPECT_EQ(*work(), Step::idle);
    EXPECT_EQ(in_state("sent"), 1);
    EXPECT_EQ(in_state("refused"), 1);
    EXPECT_EQ(in_state("withheld"), 1);
}

TEST_F(LettersTest, OneThatCannotBeSentIsNotWritten) {
    auto letter = verification();
    letter.to = Personal<std::string>("ada@example.org\r\nBcc: eve@example.org");
    EXPECT_THAT(write(letter), Fails(Code::invalid));
    for (const auto* link : {"https://evil.example/", "//evil.example/", "", "/a b", "/a\r\nb"}) {
        letter = verification();
        letter.link = Personal<std::string>(link);
        EXPECT_THAT(write(letter), Fails(Code::invalid)) << link;
    }
    letter = verification();
    letter.link.reset();
    EXPECT_THAT(write(letter), Fails(Code::invalid));
    letter = verification();
    letter.ends.reset();
    EXPECT_THAT(write(letter), Fails(Code::invalid));
    letter = changed();
    letter.language = "en\r\n";
    EXPECT_THAT(write(letter), Fails(Code::invalid));
    letter = changed();
    letter.kind = LetterKind::address_changed_old;
    EXPECT_THAT(write(letter), Fails(Code::invalid));
    EXPECT_EQ(house.count("select count(*) from letters"), 0);
}

TEST_F(LettersTest, WhatIsDoneIsForgottenAfterAMonth) {
    ASSERT_THAT(write(changed()), IsOk());
    ASSERT_THAT(work(), IsOk());
    ASSERT_THAT(work(), IsOk());
    house.clock.advance(kLettersKeptMs + 1);
    ASSERT_THAT(write(changed()), IsOk());
    ASSERT_THAT(work(), IsOk());
    ASSERT_THAT(work(), IsOk());
    EXPECT_EQ(in_state("sent"), 1);
}

TEST_F(LettersTest, NotifyWakesWhoSends) {
    int woken = 0;
    letters->notify();
    letters->on_notify([&] { ++woken; });
    letters->notify();
    letters->on_notify({});
    letters->notify();
    EXPECT_EQ(woken, 1);
}

TEST_F(LettersTest, ATestMessageLeavesNoTrace) {
    const auto delivery = post->send_test("operator@example.org", "ja");
    ASSERT_THAT(delivery, IsOk());
    EXPECT_THAT(carrier.taken.at(0).message, HasSubstr("ja:test_subject"));
    EXPECT_TRUE(letters->counts().value().empty());
    EXPECT_THAT(post->send_test("not an address", "en"), Fails(Code::invalid));
}

TEST(Wording, SpeaksOfWhatIsLeftAndNeverOfMore) {
    Occasion occasion{"verify_address", "en",  "Example", "privacy@example.org", {}, {},
                      "https://x/y",    Time{}};
    for (const auto& [left, said] : {std::pair{kDayMs, "en:link_hours 24"},
                                     {2 * kHourMs, "en:link_hours 2"},
                                     {2 * kHourMs - 1, "en:link_minutes 119"},
                                     {90 * kSecondMs, "en:link_minutes 1"},
                                     {std::int64_t{-5}, "en:link_minutes 0"}}) {
        occasion.ends = Time{left};
        EXPECT_THAT(word(occasion, say).text, HasSubstr(said));
    }
}

}  // namespace
}  // namespace avow::services
