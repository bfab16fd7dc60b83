// SPDX-License-Identifier: Apache-2.0
#include "mail/lmtp.hh"

#include <filesystem>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "mail/lmtp_listener.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Step = LmtpSession::Step;

bool is_help(std::string_view recipient) {
    return recipient.starts_with("help");
}

class LmtpTest : public ::testing::Test {
  protected:
    // What is said to these bytes; each message is taken, or answered as `verdicts` says.
    std::string told(std::string_view bytes) {
        session.feed(bytes);
        std::string replies;
        while (true) {
            step = session.advance(replies);
            if (step != Step::deliver) return replies;
            messages.push_back(session.delivery());
            session.delivered(std::vector<LmtpReply>(session.delivery().recipients.size(), verdict),
                              replies);
        }
    }
    LmtpSession session{"portal.example", 1'000, is_help};
    LmtpReply verdict;
    Step step = Step::more;
    std::vector<LmtpDelivery> messages;
};

constexpr const char* kBegin =
    "LHLO x\r\nMAIL FROM:<ada@example.org>\r\nRCPT TO:<help@portal.example>\r\nDATA\r\n";

TEST_F(LmtpTest, AnswersEachRecipientOfAPipelinedMessage) {
    const auto replies = told(
        "LHLO mx\r\nMAIL FROM:<ada@example.org> SIZE=20 BODY=8BITMIME SMTPUTF8\r\n"
        "RCPT TO:<help@portal.example>\r\nRCPT TO:<nobody@portal.example>\r\n"
        "RCPT TO:<help+token@portal.example>\r\nDATA\r\n"
        "Subject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n");
    EXPECT_THAT(replies, StartsWith("250-portal.example\r\n250-PIPELINING\r\n"));
    EXPECT_THAT(replies, HasSubstr("250 2.1.5 recipient taken\r\n550 5.1.1"));
    EXPECT_THAT(replies, HasSubstr("354 end with a dot on a line of its own\r\n"
                                   "250 2.0.0 taken\r\n250 2.0.0 taken\r\n221 2.0.0"));
    EXPECT_EQ(step, Step::end);
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].from, "ada@example.org");
    EXPECT_THAT(messages[0].recipients,
                ElementsAre("help@portal.example", "help+token@portal.example"));
    EXPECT_EQ(messages[0].message, "Subject: x\r\n\r\nhello\r\n");
}

TEST_F(LmtpTest, ReadsTheSameByteByByte) {
    std::string replies;
    const std::string all = std::string(kBegin) + "a\r\n..\r\n.b\r\n\r\n.\r\n";
    for (const char c : all) replies += told({&c, 1});
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].message, "a\r\n.\r\nb\r\n\r\n");
    EXPECT_THAT(replies, HasSubstr("250 2.0.0 taken\r\n"));
}

TEST_F(LmtpTest, OnlyADotBetweenTwoLineEndsEndsAMessage) {
    told(std::string(kBegin) + "a\n.\nMAIL FROM:<x@y>\n\r.\r\nb\r\n.\r\n");
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].message, "a\n.\nMAIL FROM:<x@y>\n\r.\r\nb\r\n");
}

TEST_F(LmtpTest, RefusesWhatIsTooLargeAndGoesOn) {
    EXPECT_THAT(told("LHLO x\r\nMAIL FROM:<> SIZE=1001\r\n"), HasSubstr("552 5.3.4"));
    const auto lines = told(std::string(kBegin) + std::string(600, 'a') + "\r\n" +
                            std::string(600, 'b') + "\r\n.\r\n");
    EXPECT_THAT(lines, HasSubstr("552 5.3.4 the message is too large\r\n"));
    // One line without an end, in pieces: nothing of it is kept, and its dot ends nothing.
    told(kBegin);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(told(std::string(100, 'c')), "");
    EXPECT_EQ(told("\r\n"), "");
    EXPECT_THAT(told(".\r\n"), HasSubstr("552 5.3.4"));
    EXPECT_TRUE(messages.empty());
    EXPECT_THAT(told(std::string(kBegin) + "a\r\n.\r\n"), HasSubstr("250 2.0.0 taken"));
}

TEST_F(LmtpTest, HoldsToTheOrderOfCommands) {
    EXPECT_THAT(told("EHLO x\r\n"), StartsWith("500"));
    EXPECT_THAT(told("MAIL FROM:<a@b>\r\n"), StartsWith("503"));
    EXPECT_THAT(told("LHLO x\r\nRCPT TO:<help@x>\r\n"), HasSubstr("\r\n503"));
    EXPECT_THAT(told("MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n"), HasSubstr("\r\n503"));
    EXPECT_THAT(told("DATA\r\n"), StartsWith("503"));
    EXPECT_THAT(told("RCPT TO:<>\r\nRCPT TO:help@x\r\nRCPT TO:<help\r\n"), StartsWith("501"));
    EXPECT_THAT(told("RSET\r\nDATA\r\n"), StartsWith("250 2.0.0 forgotten\r\n503"));
}

TEST_F(LmtpTest, EndsWithWhoeverMakesTooManyFaults) {
    std::string replies;
    for (int i = 0; i <= LmtpSession::kFaultsMax; ++i) replies = told("NONSENSE\r\n");
    EXPECT_THAT(replies, StartsWith("421"));
    EXPECT_EQ(step, Step::end);
}

TEST_F(LmtpTest, SaysALineIsTooLongOnceAndReadsTheNext) {
    EXPECT_THAT(told(std::string(5'000, 'a')), StartsWith("500 5.5.6"));
    EXPECT_EQ(told(std::string(9'000, 'a')), "");
    EXPECT_EQ(told("\r\n"), "");
    EXPECT_THAT(told("NOOP\r\n"), StartsWith("250"));
}

TEST_F(LmtpTest, TellsWhatBecameOfTheMessage) {
    verdict = {451, "4.3.0", "not now"};
    EXPECT_THAT(told(std::string(kBegin) + "a\r\n.\r\n"), HasSubstr("451 4.3.0 not now\r\n"));
}

// ---- over a socket

TEST(LmtpListener, TakesNoAddressOfOtherMachines) {
    const auto at = [](const char* listen) {
        LmtpListener::Options options;
        options.listen = listen;
        options.domain = "x";
        return LmtpListener::create(std::move(options), is_help,
                                    [](const LmtpDelivery&) { return std::vector<LmtpReply>(); });
    };
    for (const auto* wrong :
         {"0.0.0.0:0", "192.0.2.1:0", "localhost:0", "127.0.0.1", "unix:", ""}) {
        EXPECT_THAT(at(wrong), Fails(Code::invalid)) << wrong;
    }
    EXPECT_THAT(at("127.0.0.1:0"), IsOk());
    EXPECT_THAT(at("[::1]:0"), IsOk());
}

TEST(LmtpListener, HandsInOverTcpAndEndsWithASilentLineOpen) {
    LmtpListener::Options options;
    options.listen = "127.0.0.1:0";
    options.domain = "portal.example";
    std::mutex mutex;
    std::vector<std::string> taken;
    ASSERT_GET(auto listener,
               LmtpListener::create(std::move(options), is_help, [&](const LmtpDelivery& delivery) {
                   const std::lock_guard lock(mutex);
                   taken.push_back(delivery.message);
                   return std::vector<LmtpReply>(delivery.recipients.size());
               }));
    const Patience patience{std::chrono::seconds(10)};
    Wire silent;
    ASSERT_THAT(silent.connect("127.0.0.1", listener->port(), patience), IsOk());
    Wire wire;
    ASSERT_THAT(wire.connect("127.0.0.1", listener->port(), patience), IsOk());
    ASSERT_THAT(wire.write(std::string(kBegin) + "hello\r\n.\r\nQUIT\r\n", patience), IsOk());
    std::string replies;
    std::array<char, 1024> buffer;
    while (replies.find("221") == replies.npos) {
        ASSERT_GET(const auto size, wire.read(buffer, patience));
        replies.append(buffer.data(), size);
    }
    EXPECT_THAT(replies, HasSubstr("250 2.0.0 taken"));
    listener.reset();
    EXPECT_THAT(taken, ElementsAre("hello\r\n"));
}

}  // namespace
}  // namespace avow::mail
