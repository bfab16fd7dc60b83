// SPDX-License-Identifier: Apache-2.0
// Requests from the question to the answer, by the portal and by mail; who may read them; what an
// erasure leaves.
#include "base/file.hh"
#include "gate/retention.hh"
#include "services/desk/testing.hh"

namespace avow::services {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(DeskTest, AQuestionIsKeptSealedAndReadByItsCustomer) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    EXPECT_EQ(request.state, RequestState::fresh);
    ASSERT_TRUE(request.deadline);
    EXPECT_EQ(*request.deadline - request.created, 3 * kDayMs);
    ASSERT_GET(const auto thread, desk->own_thread(ada, request.id));
    EXPECT_EQ(shown(thread.subject), "An appointment");
    ASSERT_EQ(thread.messages.size(), 1u);
    EXPECT_EQ(shown(thread.messages[0].text), kSecret);
    ASSERT_THAT(house.store->scrub(), IsOk());
    EXPECT_EQ(read_file(house.folder / "store.db")->find("Rosenblum"), std::string::npos);
}

TEST_F(DeskTest, APolicyThatDoesNotTakeTextByThePortalRefusesTheQuestion) {
    const auto ada = sign_up("ada@example.org");
    auto without = gate::testing::replaced(
        promises_with_desk(),
        "fields = [\"email\", \"name\", \"message\"]\npurposes = [\"service\", \"improvement\"]",
        "fields = [\"email\", \"name\"]\npurposes = [\"service\", \"improvement\"]");
    house.publish(gate::testing::replaced(without, "version = \"2\"", "version = \"3\""));
    const auto refused = ask(ada);
    ASSERT_THAT(refused, Fails(Code::invalid));
    ASSERT_EQ(refused.error().inputs().size(), 1u);
    EXPECT_EQ(refused.error().inputs()[0].pointer, "/text");
    EXPECT_THAT(refused.error().inputs()[0].detail, HasSubstr("does not collect this"));
    EXPECT_TRUE(queue().empty());
}

TEST_F(DeskTest, AnothersRequestIsNoneOfTheirs) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_GET(const auto request, ask(ada));
    EXPECT_THAT(desk->own_thread(bob, request.id), Fails(Code::not_found));
    EXPECT_THAT(desk->write_more(bob, request.id, Personal<std::string>("me too"), {}),
                Fails(Code::not_found));
    EXPECT_TRUE(desk->own_requests(bob, std::nullopt, 50)->requests.empty());
}

TEST_F(DeskTest, TheSameKeyAsksOnce) {
    const auto ada = sign_up("ada@example.org");
    const gate::Once once{ada.text(), "k", "digest", 0};
    ASSERT_GET(const auto first, ask(ada, kSecret, once));
    ASSERT_GET(const auto again, ask(ada, kSecret, once));
    EXPECT_EQ(first.id, again.id);
    EXPECT_EQ(queue().size(), 1u);
}

TEST_F(DeskTest, AnEmployeeReadsThroughTheGateAndTheLedgerKnows) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_GET(const auto thread, desk->open(request.id, agent));
    ASSERT_EQ(thread.texts.fields.size(), 1u);
    EXPECT_THAT(text_of(thread, 0), HasSubstr("Rosenblum"));
    ASSERT_TRUE(thread.contact);
    const auto acts = house.gate->acts(ada, std::nullopt, 10).value();
    EXPECT_EQ(acts[0].kind, ledger::Kind::used);
    EXPECT_THAT(acts[0].details.reveal(house.gate->own_data_token()), HasSubstr(request.id.text()));
}

TEST_F(DeskTest, ARequestIsOpenedWithTheOthersOfItsCustomerAndOfNobodyElse) {
    const auto ada = sign_up("ada@example.org");
    const auto bob = sign_up("bob@example.org");
    ASSERT_GET(const auto first, ask(ada));
    ASSERT_THAT(ask(bob), IsOk());
    ASSERT_GET(const auto second, ask(ada));
    ASSERT_GET(const auto thread, desk->open(first.id, agent));
    ASSERT_EQ(thread.others.size(), 1u);
    EXPECT_EQ(thread.others[0].id, second.id);
    for (int i = 0; i < kOthersShown + 2; ++i) ASSERT_THAT(ask(ada), IsOk());
    EXPECT_EQ(desk->open(first.id, agent)->others.size(), std::size_t{kOthersShown});
}

TEST_F(DeskTest, WhoHasNotAcknowledgedSeesTheListAndNoText) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    const gate::Actor employee{gate::Actor::Kind::employee, "Eve", "agent", false, false};
    EXPECT_EQ(queue().size(), 1u);
    ASSERT_GET(const auto thread, desk->open(request.id, employee));
    EXPECT_FALSE(thread.texts.fields[0].value);
    EXPECT_EQ(thread.texts.fields[0].decision.because, policy::Because::staff_not_acknowledged);
    const auto refused = desk->answer({request.id, Personal<std::string>("Hello"),
                                       RequestAct::answer, std::nullopt, std::nullopt},
                                      employee);
    ASSERT_THAT(refused, Fails(Code::denied));
    EXPECT_THAT(refused.error().words().value, HasSubstr("staff_not_acknowledged"));
    EXPECT_EQ(desk->get(request.id)->state, RequestState::fresh);
}

TEST_F(DeskTest, AnAnswerToAnUnshownAddressStaysInThePortal) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    EXPECT_EQ(desk->open(request.id, agent)->carries, "portal");
    ASSERT_GET(const auto answered, answer(request.id));
    EXPECT_EQ(answered.message.carried, "portal");
    EXPECT_EQ(answered.request.state, RequestState::waiting);
    EXPECT_FALSE(answered.request.deadline);
    (void)send_letters();
    // The letter that asks to confirm the address went; no answer did.
    EXPECT_EQ(letters->counts().value()["sent"].letters, 1);
    ASSERT_GET(const auto thread, desk->own_thread(ada, request.id));
    EXPECT_EQ(shown(thread.messages[1].text), "On Tuesday.");
}

TEST_F(DeskTest, AnAnswerGoesByLetterAndItsAnswerComesBackToTheRequest) {
    const auto ada = sign_up("ada@example.org");
    prove(ada);
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_GET(const auto answered, answer(request.id));
    EXPECT_EQ(answered.message.carried, "letter");
    const auto letter = send_letters();
    EXPECT_EQ(header(letter, "Subject"), "Re: An appointment");
    EXPECT_THAT(letter,
                AllOf(HasSubstr("On Tuesday."), HasSubstr("/account/requests#" + request.id.text()),
                      Not(HasSubstr("Auto-Submitted")), Not(HasSubstr("Rosenblum"))));
    const auto reply_to = header(letter, "Reply-To");
    const auto address =
        reply_to.substr(reply_to.find('<') + 1, reply_to.find('>') - reply_to.find('<') - 1);
    EXPECT_TRUE(desk->receives(address)) << address;

    // By the signed address alone.
    EXPECT_EQ(take(mail("ada@example.org", "Re: An appointment", "Fine."), {address}).value(),
              Desk::Taken::taken);
    EXPECT_EQ(queue().size(), 1u);
    EXPECT_EQ(desk->get(request.id)->state, RequestState::open);
    // By the Message-ID alone.
    const auto id = header(letter, "Message-Id").empty() ? header(letter, "Message-ID")
                                                         : header(letter, "Message-Id");
    EXPECT_EQ(take(mail("ADA@example.org", "x", "And at nine?", "References: <a@b> " + id + "\r\n"))
                  .value(),
              Desk::Taken::taken);
    EXPECT_EQ(queue().size(), 1u);
    EXPECT_EQ(desk->own_thread(ada, request.id)->messages.size(), 4u);
}

TEST_F(DeskTest, AStrangerWithTheRightTokenBeginsALinkedRequestForReview) {
    const auto ada = sign_up("ada@example.org");
    prove(ada);
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_THAT(answer(request.id), IsOk());
    const auto reply_to = header(send_letters(), "Reply-To");
    const auto address =
        reply_to.substr(reply_to.find('<') + 1, reply_to.find('>') - reply_to.find('<') - 1);
    EXPECT_EQ(take(mail("Mallory <mallory@evil.example>", "Re: An appointment", "Send it to me"),
                   {address}, "mallory@evil.example")
                  .value(),
              Desk::Taken::taken);
    ASSERT_EQ(queue().size(), 2u);
    const auto fresh = queue()[0];
    EXPECT_NE(fresh.customer, ada);
    EXPECT_TRUE(fresh.review);
    EXPECT_EQ(fresh.linked, request.id);
    EXPECT_EQ(desk->own_thread(ada, request.id)->messages.size(), 2u);
    // A token that nobody signed names nothing.
    auto forged = address;
    forged[forged.find('@') - 1] = forged[forged.find('@') - 1] == '0' ? '1' : '0';
    ASSERT_THAT(take(mail("ada@example.org", "Re: An appointment", "Hello"), {forged}), IsOk());
    EXPECT_EQ(queue().size(), 3u);
    EXPECT_FALSE(queue()[0].review);
}

TEST_F(DeskTest, AMailOfAnUnknownSenderMakesACustomerAndIsAnsweredWhereItCameFrom) {
    ASSERT_EQ(take(mail("Grace <grace@example.org>", "Hello", "May I ask?"), {kAddress},
                   "grace@example.org")
                  .value(),
              Desk::Taken::taken);
    ASSERT_EQ(queue().size(), 1u);
    const auto request = queue()[0];
    EXPECT_EQ(request.channel, "email");
    ASSERT_GET(const auto answered, answer(request.id, "You may.", RequestAct::answer));
    EXPECT_EQ(answered.message.carried, "letter");
    EXPECT_EQ(answered.request.state, RequestState::solved);
    const auto letter = send_letters();
    ASSERT_EQ(sent_to.size(), 1u);
    EXPECT_EQ(sent_to[0], "grace@example.org");
    EXPECT_EQ(header(letter, "In-Reply-To"), "<1@sender.example>");
    EXPECT_THAT(letter, Not(HasSubstr("request_answered_page")));  // there is no account to look in
}

TEST_F(DeskTest, AMailIsTakenOnceHoweverOftenAndByWhateverWayItComes) {
    const auto raw = mail("grace@example.org", "Hello", "May I ask?");
    EXPECT_EQ(take(raw).value(), Desk::Taken::taken);
    EXPECT_EQ(take(raw).value(), Desk::Taken::known);
    EXPECT_EQ(take("Delivered-To: help\r\nReceived: by other\r\n\twith lmtp\r\n" + raw).value(),
              Desk::Taken::known);
    EXPECT_EQ(queue().size(), 1u);
}

TEST_F(DeskTest, ProgramsAreNotCustomers) {
    const auto dropped = [&](const std::string& more, const std::string& from) {
        return take(mail("grace@example.org", "Away", "I am away", more), {kAddress}, from).value();
    };
    EXPECT_EQ(dropped("Auto-Submitted: auto-replied\r\n", "grace@example.org"),
              Desk::Taken::dropped);
    EXPECT_EQ(dropped("Precedence: bulk\r\n", "grace@example.org"), Desk::Taken::dropped);
    EXPECT_EQ(dropped("List-Id: <l.example>\r\n", "grace@example.org"), Desk::Taken::dropped);
    EXPECT_EQ(dropped("", ""), Desk::Taken::dropped);
    EXPECT_EQ(take(mail(kAddress, "Us", "A loop")).value(), Desk::Taken::dropped);
    EXPECT_EQ(dropped("Auto-Submitted: no\r\n", "grace@example.org"), Desk::Taken::taken);
    EXPECT_EQ(queue().size(), 1u);
}

TEST_F(DeskTest, AnAutomaticAnswerIsKeptWithTheRequestAndMovesNothing) {
    ASSERT_THAT(take(mail("ada@example.org", "Hello", "May I?")), IsOk());
    const auto request = queue()[0];
    ASSERT_THAT(answer(request.id), IsOk());
    (void)send_letters();
    ASSERT_THAT(take(mail("ada@example.org", "Away", "I am away",
                          "Auto-Submitted: auto-replied\r\nIn-Reply-To: <1@sender.example>\r\n")),
                IsOk());
    EXPECT_EQ(desk->get(request.id)->state, RequestState::waiting);
    ASSERT_GET(const auto thread, desk->open(request.id, agent));
    ASSERT_EQ(thread.messages.size(), 3u);
    EXPECT_TRUE(thread.messages[2].automatic);
}

TEST_F(DeskTest, APolicyThatDoesNotTakeMailSaysSo) {
    house.publish(
        gate::testing::replaced(gate::testing::kPromises, "version = \"1\"", "version = \"4\""));
    EXPECT_THAT(take(mail("ada@example.org", "Hello", "May I?")), Fails(Code::denied));
}

TEST_F(DeskTest, ClosedIsTheEndAndMoreIsAnotherRequest) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_THAT(desk->change({request.id, RequestState::closed, {}, {}, {}}), IsOk());
    EXPECT_THAT(desk->write_more(ada, request.id, Personal<std::string>("But"), {}),
                Fails(Code::conflict));
    EXPECT_THAT(answer(request.id), Fails(Code::conflict));
    EXPECT_THAT(desk->change({request.id, RequestState::open, {}, {}, {}}), Fails(Code::invalid));
}

TEST_F(DeskTest, TwoWhoWorkOnOneRequestNoticeEachOther) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_GET(const auto taken, desk->change({request.id, {}, "Eve", {}, request.revision}));
    EXPECT_EQ(taken.assignee, "Eve");
    EXPECT_EQ(taken.state, RequestState::open);
    EXPECT_THAT(desk->change({request.id, {}, "Bob", {}, request.revision}), Fails(Code::conflict));
    EXPECT_THAT(desk->answer({request.id, Personal<std::string>("Hello"), RequestAct::answer,
                              request.revision, std::nullopt},
                             agent),
                Fails(Code::conflict));
    EXPECT_EQ(desk->queue({{}, "Eve", {}, 50})->size(), 1u);
    EXPECT_EQ(desk->queue({{}, "", {}, 50})->size(), 0u);
    EXPECT_EQ(desk->queue({RequestState::open, {}, {}, 50})->size(), 1u);
    EXPECT_EQ(desk->queue({RequestState::fresh, {}, {}, 50})->size(), 0u);
}

TEST_F(DeskTest, TheQueueTellsWhatWaitsForUsAndWhatIsLate) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto late, ask(ada));
    house.clock.advance(2 * kDayMs);
    ASSERT_GET(const auto mine, ask(ada));
    ASSERT_GET(const auto answered, ask(ada));
    ASSERT_THAT(answer(answered.id), IsOk());
    ASSERT_THAT(desk->change({mine.id, {}, "Eve", {}, {}}), IsOk());
    house.clock.advance(kDayMs + kMinuteMs);
    const auto ids = [&](bool ours, bool overdue) {
        std::vector<RequestId> found;
        const auto page = desk->queue({{}, {}, {}, 50, ours, overdue}).value();
        for (const auto& one : page) found.push_back(one.id);
        return found;
    };
    EXPECT_EQ(ids(false, false), (std::vector{answered.id, mine.id, late.id}));
    EXPECT_EQ(ids(true, false), (std::vector{mine.id, late.id}));
    EXPECT_EQ(ids(false, true), (std::vector{late.id}));
    ASSERT_GET(const auto counts, desk->count_waiting("Eve"));
    EXPECT_EQ(counts.waiting, 2);
    EXPECT_EQ(counts.overdue, 1);
    EXPECT_EQ(counts.unassigned, 1);
    EXPECT_EQ(counts.assigned, 1);
}

TEST_F(DeskTest, ANoteIsNotInTheThreadAndStillAmongWhatWeHold) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_THAT(desk->add_note(request.id, Personal<std::string>("Ask the boss"), {}, agent),
                IsOk());
    EXPECT_EQ(desk->own_thread(ada, request.id)->messages.size(), 1u);
    ASSERT_GET(const auto thread, desk->open(request.id, agent));
    ASSERT_EQ(thread.messages.size(), 2u);
    EXPECT_EQ(thread.messages[1].direction, Direction::note);
    bool held = false;
    ASSERT_GET(const auto collections, house.gate->held(ada, gate::testing::kCustomer));
    for (const auto& collection : collections) {
        for (const auto& field : collection.fields) {
            held = held || field.value.reveal(house.gate->own_data_token()) == "Ask the boss";
        }
    }
    EXPECT_TRUE(held);
}

TEST_F(DeskTest, WhatIsErasedIsShownAsGoneAndAnErasedCustomerLeavesNothing) {
    const auto ada = sign_up("ada@example.org");
    ASSERT_GET(const auto request, ask(ada));
    ASSERT_THAT(answer(request.id), IsOk());
    ASSERT_THAT(
        house.gate->erase(ada, {gate::Scope::Kind::field, "message"}, gate::testing::kCustomer),
        IsOk());
    ASSERT_GET(const auto thread, desk->own_thread(ada, request.id));
    EXPECT_EQ(shown(thread.messages[0].text), "(gone)");
    EXPECT_THAT(answer(request.id), Fails(Code::denied));
    ASSERT_THAT(house.gate->erase(ada, {}, gate::testing::kCustomer), IsOk());
    EXPECT_THAT(desk->get(request.id), Fails(Code::not_found));
    for (const auto* statement :
         {"select count(*) from requests", "select count(*) from request_messages",
          "select count(*) from request_owners", "select count(*) from mail_threads"}) {
        EXPECT_EQ(house.count(statement), 0) << statement;
    }
}

TEST_F(DeskTest, WhatCannotBeReadIsKeptSealedOnceAndGoesAfterAMonth) {
    const std::string raw = "From: a@b.example, c@d.example\r\nSubject: x\r\n\r\nRosenblum\r\n";
    EXPECT_THAT(take(raw), Fails(Code::invalid));
    ASSERT_THAT(desk->quarantine(raw, "it has not exactly one sender"), IsOk());
    ASSERT_THAT(desk->quarantine(raw, "it has not exactly one sender"), IsOk());
    ASSERT_GET(const auto items, desk->quarantined(10));
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].bytes, static_cast<std::int64_t>(raw.size()));
    ASSERT_THAT(house.store->scrub(), IsOk());
    EXPECT_EQ(read_file(house.folder / "store.db")->find("Rosenblum"), std::string::npos);
    house.clock.advance(31 * kDayMs);
    ASSERT_THAT(desk->forget_old(), IsOk());
    EXPECT_TRUE(desk->quarantined(10)->empty());
}

TEST(PlusAddress, IsReadInAnyCaseAndOnlyAsItWasSigned) {
    SeededRandom random(1);
    const SignRequest sign = [](const RequestId& id) { return crypto::sha256(id.bytes()); };
    const auto id = RequestId::make({1'700'000'000'000}, random);
    auto address = plus_address("help@x.example", id, sign);
    EXPECT_EQ(request_of(address, sign), id);
    for (auto& c : address) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(request_of(address, sign), id);
    EXPECT_EQ(without_plus(address), "HELP@X.EXAMPLE");
    EXPECT_FALSE(request_of("help@x.example", sign));
    EXPECT_FALSE(request_of("help+r@x.example", sign));
    EXPECT_FALSE(request_of(address, [](const RequestId&) { return crypto::Hash{}; }));
    // No room for it before the @.
    const auto longer = std::string(30, 'a') + "@x.example";
    EXPECT_EQ(plus_address(longer, id, sign), longer);
}

}  // namespace
}  // namespace avow::services
