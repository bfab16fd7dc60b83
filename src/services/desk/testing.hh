// SPDX-License-Identifier: Apache-2.0
// A desk with its house, for tests: customers who ask, mails that come, an agent who answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "gate/testing.hh"
#include "mail/inbound.hh"
#include "services/desk/desk.hh"
#include "services/letters/post.hh"
#include "services/testing.hh"

namespace avow::services {

inline constexpr const char* kAddress = "help@portal.example";
inline constexpr const char* kSecret = "My dentist is Dr. Rosenblum";

inline std::string promises_with_desk() {
    auto text = gate::testing::kPromises;
    text = gate::testing::replaced(text, "fields = [\"email\", \"name\"]\npurposes",
                                   "fields = [\"email\", \"name\", \"message\"]\npurposes");
    text = gate::testing::replaced(text, "[channels.letter]", R"([fields.message]
label = "What you wrote"
category = "request"
[fields.attachments]
label = "Files you sent with it"
category = "request"
[channels.email]
label = "Mail"
fields = ["email", "name", "message", "attachments"]
purposes = ["service"]
retain = "2 years"
[channels.phone]
label = "A call"
fields = ["email", "name", "message"]
purposes = ["service"]
retain = "2 years"
[channels.letter])");
    return gate::testing::replaced(text, "version = \"1\"", "version = \"2\"");
}

class DeskTest : public ::testing::Test {
  protected:
    DeskTest() {
        letters = Letters::create(*house.store, *house.gate, {"portal.example", ""}, house.clock,
                                  house.random)
                      .value();
        accounts =
            Accounts::create(*house.store, *house.gate, *letters, common, house.clock, house.random)
                .value();
        desk = Desk::create(*house.store, *house.gate, *accounts, *letters, {kAddress}, house.clock,
                            house.random)
                   .value();
        house.publish(promises_with_desk());
        house.clock.advance(1);
    }
    CustomerId sign_up(const char* email) {
        SignUp form{Personal<std::string>(email),
                    Personal<std::string>("a sentence of my own"),
                    std::nullopt,
                    "en",
                    "2",
                    {},
                    {}};
        const auto customer = accounts->sign_up(std::move(form)).value().customer;
        house.clock.advance(1);
        return customer;
    }
    void prove(const CustomerId& customer) {
        ASSERT_THAT(house.store->write([&](sql::Writer& unit) {
            return unit.execute(kProve, {ByteView(customer.bytes()), std::int64_t{1}});
        }),
                    avow::testing::IsOk());
    }
    Result<Request> ask(const CustomerId& customer, const char* text = kSecret,
                        std::optional<gate::Once> once = {}) {
        auto made = desk->ask(customer, {Personal<std::string>("An appointment"),
                                         Personal<std::string>(text), std::move(once)});
        house.clock.advance(1);
        return made;
    }
    Result<Answered> answer(const RequestId& request, const char* text = "On Tuesday.",
                            RequestAct act = RequestAct::ask_back) {
        auto answered = desk->answer(
            {request, Personal<std::string>(text), act, std::nullopt, std::nullopt}, agent);
        house.clock.advance(1);
        return answered;
    }
    Result<Desk::Taken> take(const std::string& raw,
                             const std::vector<std::string>& recipients = {kAddress},
                             const std::string& from = "ada@example.org") {
        TRY(const auto mail, mail::read_inbound(raw, from));
        auto taken = desk->take_mail(mail, recipients);
        house.clock.advance(1);
        return taken;
    }
    std::string mail(const std::string& from, const std::string& subject, const std::string& text,
                     const std::string& more = "") {
        return "Received: by mx.example\r\nFrom: " + from + "\r\nSubject: " + subject +
               "\r\nMessage-ID: <" + std::to_string(++mails) + "@sender.example>\r\n" + more +
               "\r\n" + text + "\r\n";
    }
    std::vector<Request> queue() { return desk->queue({}).value(); }
    std::string send_letters() {
        testing::FakeCarrier carrier;
        Post post(*letters, carrier,
                  [](std::string_view, const Phrase& phrase) { return phrase.id; },
                  {"portal@portal.example", "https://portal.example"});
        while (post.step().value() == Post::Step::worked) {
        }
        for (std::size_t i = 0; i < carrier.to.size(); ++i) sent_to.push_back(carrier.to[i]);
        return carrier.messages.empty() ? "" : carrier.messages.back();
    }
    std::string header(const std::string& message, const std::string& name) {
        const auto at = message.find("\r\n" + name + ": ");
        if (at == message.npos) return "";
        const auto from = at + name.size() + 4;
        auto end = message.find("\r\n", from);
        while (message.substr(end + 2, 1) == " " || message.substr(end + 2, 1) == "\t")
            end = message.find("\r\n", end + 2);
        return message.substr(from, end - from);
    }
    std::string text_of(const Thread& thread, std::size_t i) {
        const auto& field = thread.texts.fields.at(i);
        return field.value ? field.value->reveal(house.gate->token_of(thread.texts)) : "";
    }
    std::string shown(const std::optional<Personal<std::string>>& text) {
        return text ? text->reveal(house.gate->own_data_token()) : "(gone)";
    }

    static constexpr std::string_view kProve =
        "insert into address_proofs (customer_id, proved_ms) values ($1, $2)";
    gate::testing::House house;
    const std::string common = testing::list_of({"password"});
    std::unique_ptr<Letters> letters;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<Desk> desk;
    gate::Actor agent = gate::testing::kAgent;
    std::vector<std::string> sent_to;
    int mails = 0;
};

}  // namespace avow::services
