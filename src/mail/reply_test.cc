// SPDX-License-Identifier: Apache-2.0
#include "mail/reply.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using ::testing::ElementsAre;

std::optional<Reply> read(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    auto reply = reader.next();
    return reply ? *reply : std::nullopt;
}

bool is_none(std::string_view bytes) {
    ReplyReader reader;
    reader.feed(bytes);
    return !reader.next().has_value();
}

TEST(Reply, IsTheSameInWhateverPiecesItComes) {
    const std::string said = "250-mx.example greets\r\n250-SIZE 1000\r\n250 HELP\r\n354 go on\r\n";
    for (std::size_t piece = 1; piece <= said.size(); ++piece) {
        ReplyReader reader;
        std::vector<Reply> heard;
        for (std::size_t at = 0; at < said.size(); at += piece) {
            reader.feed(std::string_view(said).substr(at, piece));
            while (true) {
                ASSERT_GET(auto reply, reader.next());
                if (!reply) break;
                heard.push_back(*reply);
            }
        }
        ASSERT_EQ(heard.size(), 2u) << piece;
        EXPECT_EQ(heard[0].code, 250);
        EXPECT_THAT(heard[0].lines, ElementsAre("mx.example greets", "SIZE 1000", "HELP"));
        EXPECT_EQ(heard[1].code, 354);
        EXPECT_TRUE(reader.is_empty());
    }
}

TEST(Reply, WaitsForItsEnd) {
    EXPECT_EQ(read(""), std::nullopt);
    EXPECT_EQ(read("250"), std::nullopt);
    EXPECT_EQ(read("250-a\r\n"), std::nullopt);
    EXPECT_EQ(read("250-a\r\n250 b"), std::nullopt);
    ReplyReader reader;
    reader.feed("250-a\r\n");
    ASSERT_THAT(reader.next(), avow::testing::IsOk());
    EXPECT_FALSE(reader.is_empty());
}

TEST(Reply, TellsItsStatusWhereItFitsTheCode) {
    EXPECT_EQ(read("550 5.1.1 no such user\r\n")->status, "5.1.1");
    EXPECT_EQ(read("451 4.7.100\r\n")->status, "4.7.100");
    EXPECT_EQ(read("550 4.1.1 of another class\r\n")->status, "");
    EXPECT_EQ(read("550 5.1 too short\r\n")->status, "");
    EXPECT_EQ(read("550 5.1111.1 too long\r\n")->status, "");
    EXPECT_EQ(read("550 no status\r\n")->status, "");
    EXPECT_EQ(read("250\r\n")->code, 250);
    EXPECT_EQ(read("250 bare line feed\n")->code, 250);
}

TEST(Reply, WhatIsNoneIsRefused) {
    for (const auto* bad :
         {"hello\r\n", "25 \r\n", "150 a\r\n", "650 a\r\n", "290 a\r\n", "2x0 a\r\n", "250x\r\n",
          "\r\n", "250-a\r\n251 b\r\n", "250-a\r\nb\r\n", "HTTP/1.1 400\r\n"}) {
        EXPECT_TRUE(is_none(bad)) << bad;
    }
    EXPECT_TRUE(is_none("250 " + std::string(ReplyReader::kLineMax, 'x') + "\r\n"));
    EXPECT_TRUE(is_none("250 " + std::string(ReplyReader::kLineMax, 'x'))) << "without an end";
    std::string endless;
    for (std::size_t i = 0; i <= ReplyReader::kLinesMax; ++i) endless += "250-x\r\n";
    EXPECT_TRUE(is_none(endless));
}

TEST(Extensions, AreReadWhateverTheirCase) {
    const auto reply = read(
        "250-PIPELINING is a host's name here\r\n250-starttls\r\n250-8bitmime\r\n250-SIZE 10240\r\n"
        "250-AUTH LOGIN plain\r\n250 SMTPUTF8\r\n");
    ASSERT_TRUE(reply.has_value());
    const auto found = extensions_of(*reply);
    EXPECT_FALSE(found.pipelining);
    EXPECT_TRUE(found.start_tls && found.eight_bit && found.size && found.auth_plain && found.utf8);
    EXPECT_FALSE(extensions_of(*read("250-a\r\n250 AUTH LOGIN PLAINER\r\n")).auth_plain);
}

}  // namespace
}  // namespace avow::mail
