// SPDX-License-Identifier: Apache-2.0
// Against a server that splits, delays, hangs up and talks nonsense. TLS and a real server:
// tests/system/mail_test.py.
#include "mail/smtp.hh"

#include <future>

#include <gmock/gmock.h>

#include "base/bytes.hh"
#include "base/testing.hh"
#include "mail/testing.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::obliging;
using testing::ScriptedServer;
using ::testing::StartsWith;
using Outcome = Delivery::Outcome;

constexpr const char* kPipelining = "250-mx.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
const std::string kMessage = "Subject: a\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n";

SmtpOptions options_of(const ScriptedServer& server) {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = server.port();
    options.security = Security::none_on_loopback;
    options.name = "portal.example";
    return options;
}

Timeouts impatient() {
    const Patience short_while(150);
    return {short_while, short_while, short_while, short_while, short_while};
}

Envelope envelope(std::string to = "ada@example.org") {
    return {"portal@example.org", std::move(to), kMessage, "let_1@example.org"};
}

ScriptedServer::Script answering(const std::string& command, const std::string& answer,
                                 const std::string& ehlo = "250 mx.example\r\n") {
    auto script = obliging(ehlo);
    script.answer = [command, answer, usual = script.answer](const std::string& line) {
        return line.starts_with(command) ? answer : usual(line);
    };
    return script;
}

Delivery send_to(ScriptedServer& server, Timeouts timeouts = {}) {
    auto options = options_of(server);
    options.timeouts = timeouts;
    Smtp smtp(std::move(options));
    return smtp.send(envelope());
}

TEST(Smtp, HandsAMessageOverByteForByte) {
    for (const auto* ehlo : {"250 mx.example\r\n", kPipelining}) {
        ScriptedServer server(obliging(ehlo));
        Smtp smtp(options_of(server));
        const auto delivery = smtp.send(envelope());
        EXPECT_EQ(delivery.outcome, Outcome::delivered);
        EXPECT_EQ(delivery.status, "2.0.0");
        smtp.rest();
        EXPECT_THAT(server.messages(), ElementsAre(kMessage));
        EXPECT_THAT(server.lines(),
                    ElementsAre("EHLO portal.example", "MAIL FROM:<portal@example.org>",
                                "RCPT TO:<ada@example.org>", "DATA", "QUIT"));
    }
}

TEST(Smtp, OneSessionCarriesManyAndIsMadeAgainWhenItEnded) {
    ScriptedServer server(obliging(kPipelining));
    Smtp smtp(options_of(server));
    for (int i = 0; i < Smtp::kSessionMax; ++i) {
        EXPECT_EQ(smtp.send(envelope()).outcome, Outcome::delivered);
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(smtp.send(envelope()).outcome, Outcome::delivered);
    EXPECT_EQ(server.connections(), 2);

    auto dying = obliging();
    int mails = 0;
    dying.answer = [&mails, usual = dying.answer](const std::string& line) -> std::string {
        if (line.starts_with("MAIL") && ++mails == 2) return "421 4.4.2 too idle\r\n\1";
        if (line.starts_with("MAIL") && mails == 4) return "\1";
        return usual(line);
    };
    ScriptedServer other(dying);
    Smtp again(options_of(other));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(again.send(envelope()).outcome, Outcome::delivered) << i;
    EXPECT_EQ(other.connections(), 3);
    EXPECT_EQ(other.messages().size(), 3u);
}

TEST(Smtp, ARefusalForGoodAndOneForNowAreTold) {
    struct Case {
        const char* command;
        const char* answer;
        Outcome outcome;
        const char* status;
    };
    for (const auto& ehlo : {std::string("250 mx.example\r\n"), std::string(kPipelining)}) {
        for (const auto& one : {Case{"MAIL", "553 5.7.1 not yours\r\n", Outcome::refused, "5.7.1"},
                                Case{"MAIL", "452 4.3.1 full\r\n", Outcome::later, "4.3.1"},
                                Case{"RCPT", "550 5.1.1 nobody\r\n", Outcome::refused, "5.1.1"},
                                Case{"RCPT", "550 nobody\r\n", Outcome::refused, "5.0.0"},
                                Case{"RCPT", "450 4.2.0 greylisted\r\n", Outcome::later, "4.2.0"},
                                Case{"DATA", "554 5.7.0 no\r\n", Outcome::refused, "5.7.0"},
                                Case{"DATA", "421 4.3.2 ending\r\n\1", Outcome::later, "4.3.2"}}) {
            SCOPED_TRACE(std::string(one.command) + " " + one.answer + ehlo);
            ScriptedServer server(answering(one.command, one.answer, ehlo));
            const auto delivery = send_to(server);
            EXPECT_EQ(delivery.outcome, one.outcome);
            EXPECT_EQ(delivery.status, one.status);
            EXPECT_FALSE(delivery.uncertain);
            for (const auto& message : server.messages()) EXPECT_EQ(message, "");
        }
    }
    for (const auto& [taken, outcome] : {std::pair{"554 5.6.0 content\r\n", Outcome::refused},
                                         {"451 4.3.0 later\r\n", Outcome::later}}) {
        auto script = obliging();
        script.taken = taken;
        ScriptedServer server(script);
        EXPECT_EQ(send_to(server).outcome, outcome);
    }
}

TEST(Smtp, AfterARefusalTheNextMessageGoesTheSameWay) {
    auto script = answering("RCPT TO:<eve", "550 5.1.1 nobody\r\n", kPipelining);
    ScriptedServer server(script);
    Smtp smtp(options_of(server));
    EXPECT_EQ(smtp.send(envelope("eve@example.org")).outcome, Outcome::refused);
    EXPECT_EQ(smtp.send(envelope()).outcome, Outcome::delivered);
    EXPECT_EQ(server.connections(), 1);
    EXPECT_THAT(server.messages(), ElementsAre("", kMessage));
}

TEST(Smtp, WhatConcernsTheSessionRefusesNoMessageForGood) {
    for (const auto& script :
         {answering("EHLO", "550 5.7.1 who are you\r\n"),
          answering("AUTH", "535 5.7.8 wrong\r\n", "250-a\r\n250 AUTH PLAIN\r\n"),
          obliging("250 offers no AUTH\r\n")}) {
        ScriptedServer server(script);
        auto options = options_of(server);
        options.user = "portal";
        options.password = "hush-hush";
        Smtp smtp(std::move(options));
        const auto ready = smtp.prepare();
        ASSERT_THAT(ready, Fails(Code::unavailable));
        EXPECT_THAT(ready.error().describe(), Not(HasSubstr("hush")));
        EXPECT_EQ(smtp.send(envelope()).outcome, Outcome::later);
    }
    auto unfriendly = obliging();
    unfriendly.greeting = "554 5.3.2 go away\r\n\1";
    ScriptedServer server(unfriendly);
    EXPECT_EQ(send_to(server).outcome, Outcome::later);
}

TEST(Smtp, SignsInByAuthPlain) {
    ScriptedServer server(obliging("250-mx.example\r\n250 AUTH PLAIN LOGIN\r\n"));
    auto options = options_of(server);
    options.user = "portal";
    options.password = "hush-hush";
    Smtp smtp(std::move(options));
    ASSERT_THAT(smtp.prepare(), IsOk());
    EXPECT_EQ(server.lines().at(1),
              "AUTH PLAIN " + base64(as_bytes(std::string_view("\0portal\0hush-hush", 17))));
}

TEST(Smtp, ACutInTheMiddleIsTriedAgainAndTheLastAnswerMissingIsUncertain) {
    for (const auto* command : {"EHLO", "MAIL", "RCPT", "DATA"}) {
        for (const auto* answer : {"\1", "25\1", "250-half\r\n\1", "354\1"}) {
            SCOPED_TRACE(std::string(command) + answer);
            ScriptedServer server(answering(command, answer));
            const auto delivery = send_to(server);
            EXPECT_EQ(delivery.outcome, Outcome::later);
            EXPECT_FALSE(delivery.uncertain);
            EXPECT_TRUE(server.messages().empty());
        }
    }
    auto script = obliging();
    script.taken = "\1";
    ScriptedServer server(script);
    const auto delivery = send_to(server);
    EXPECT_EQ(delivery.outcome, Outcome::later);
    EXPECT_TRUE(delivery.uncertain);
    EXPECT_EQ(server.messages().size(), 1u);
}

TEST(Smtp, ASilentServerIsNotWaitedForLongerThanItMayTake) {
    for (const auto* command : {"EHLO", "MAIL", "RCPT", "DATA"}) {
        ScriptedServer server(answering(command, "25"));
        EXPECT_EQ(send_to(server, impatient()).outcome, Outcome::later) << command;
    }
    auto mute = obliging();
    mute.greeting = "";
    ScriptedServer server(mute);
    EXPECT_EQ(send_to(server, impatient()).outcome, Outcome::later);
    auto last = obliging();
    last.taken = "250-it\r\n";
    ScriptedServer almost(last);
    EXPECT_TRUE(send_to(almost, impatient()).uncertain);
}

TEST(Smtp, RepliesInPiecesAndInManyLinesAreTheSame) {
    auto script = obliging();
    script.greeting = "2\0022\0020-\002hello\r\002\n220 you\r\n";
    script.answer = [usual = script.answer](const std::string& line) {
        std::string pieces;
        for (const char c : usual(line)) {
            pieces += c;
            if (c != '\1') pieces += '\2';
        }
        return pieces;
    };
    ScriptedServer server(script);
    EXPECT_EQ(send_to(server).outcome, Outcome::delivered);
}

TEST(Smtp, NonsenseIsNoAnswer) {
    const std::string too_long = "250 " + std::string(ReplyReader::kLineMax, 'x') + "\r\n";
    for (const auto& answer :
         {std::string("HTTP/1.1 200 OK\r\n"), std::string("\xff\xfe\r\n"), too_long,
          std::string(100'000, 'y'), std::string("250-a\r\n550 b\r\n"), std::string("\r\n")}) {
        for (const auto* command : {"EHLO", "MAIL", "RCPT", "DATA"}) {
            ScriptedServer server(answering(command, answer));
            EXPECT_EQ(send_to(server, impatient()).outcome, Outcome::later)
                << command << answer.substr(0, 20);
        }
    }
}

TEST(Smtp, WithoutTlsNothingIsSaidThatWantsIt) {
    ScriptedServer server(obliging("250-mx.example\r\n250 AUTH PLAIN\r\n"));
    auto options = options_of(server);
    options.security = Security::starttls;
    options.user = "portal";
    options.password = "hush-hush";
    Smtp smtp(std::move(options));
    const auto ready = smtp.prepare();
    ASSERT_THAT(ready, Fails(Code::unavailable));
    EXPECT_THAT(ready.error().describe(), HasSubstr("no STARTTLS"));
    EXPECT_EQ(smtp.send(envelope()).outcome, Outcome::later);
    EXPECT_THAT(server.lines(), ElementsAre("EHLO portal.example", "EHLO portal.example"));
}

TEST(Smtp, WhatWasSaidInClearIsNotHeardUnderTls) {
    ScriptedServer server(
        answering("STARTTLS", "220 go\r\n250 you are trusted\r\n", "250-a\r\n250 STARTTLS\r\n"));
    auto options = options_of(server);
    options.security = Security::starttls;
    Smtp smtp(std::move(options));
    const auto ready = smtp.prepare();
    ASSERT_THAT(ready, Fails(Code::unavailable));
    EXPECT_THAT(ready.error().describe(), HasSubstr("spoke before its TLS"));
}

TEST(Smtp, AnAddressBeyondAsciiGoesWhereItIsUnderstood) {
    ScriptedServer old(obliging());
    Smtp plain(options_of(old));
    const auto refused = plain.send(envelope("jürgen@example.org"));
    EXPECT_EQ(refused.outcome, Outcome::refused);
    EXPECT_EQ(refused.status, "5.6.7");
    EXPECT_EQ(plain.send(envelope()).outcome, Outcome::delivered)
        << "the session is as good as before";

    ScriptedServer modern(obliging("250-a\r\n250-8BITMIME\r\n250-SIZE 100000\r\n250 SMTPUTF8\r\n"));
    Smtp smtp(options_of(modern));
    EXPECT_EQ(smtp.send(envelope("jürgen@example.org")).outcome, Outcome::delivered);
    EXPECT_EQ(modern.lines().at(1),
              "MAIL FROM:<portal@example.org> SIZE=" + std::to_string(kMessage.size()) +
                  " BODY=8BITMIME SMTPUTF8");
}

TEST(Smtp, NobodyThereIsSaid) {
    std::uint16_t port = 0;
    {
        ScriptedServer server(obliging());
        port = server.port();
    }
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = port;
    options.security = Security::none_on_loopback;
    Smtp smtp(std::move(options));
    EXPECT_THAT(smtp.prepare(), Fails(Code::unavailable));
}

TEST(Smtp, StopEndsWhatWaits) {
    auto mute = obliging();
    mute.greeting = "";
    ScriptedServer server(mute);
    Smtp smtp(options_of(server));
    auto waiting = std::async(std::launch::async, [&] { return smtp.send(envelope()).outcome; });
    while (server.connections() == 0) std::this_thread::yield();
    smtp.stop();
    EXPECT_EQ(waiting.get(), Outcome::later);
    EXPECT_THAT(smtp.prepare(), Fails(Code::unavailable)) << "and so does all that follows";
}

TEST(Dots, AreDoubledAtTheBeginningsOfLinesAndThereAlone) {
    EXPECT_EQ(with_dots(".a\r\n..b\r\nc.\r\n"), "..a\r\n...b\r\nc.\r\n.\r\n");
    EXPECT_EQ(with_dots("no end"), "no end\r\n.\r\n");
    EXPECT_EQ(with_dots("\r\n.\r\n"), "\r\n..\r\n.\r\n");
}

}  // namespace
}  // namespace avow::mail
