// SPDX-License-Identifier: Apache-2.0
#include "mail/message.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.hh"
#include "base/text.hh"
#include "mail/address.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Message plain() {
    Message message;
    message.from = {"Lindenhof Languages", "portal@lindenhof.example"};
    message.to = {"", "ada@example.org"};
    message.subject = "Confirm your address";
    message.text = "Open this link:\n\nhttps://localhost/a\n";
    message.id = "let_01@lindenhof.example";
    message.language = "en";
    message.date = {1'768'435'200'000};
    return message;
}

// Of the head, unfolded, as RFC 5322 §2.2.3 says.
std::string header_of(const std::string& message, const std::string& name) {
    auto head = "\r\n" + message.substr(0, message.find("\r\n\r\n") + 2);
    for (auto at = head.find("\r\n "); at != head.npos; at = head.find("\r\n ")) head.erase(at, 2);
    for (auto at = head.find("\r\n\t"); at != head.npos; at = head.find("\r\n\t")) {
        head.replace(at, 3, " ");
    }
    const auto begin = head.find("\r\n" + name + ": ");
    if (begin == head.npos) return "";
    const auto from = begin + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
}

TEST(Message, HasTheHeadersThatAReaderWants) {
    ASSERT_GET(const auto made, compose(plain()));
    EXPECT_EQ(header_of(made, "From"), "Lindenhof Languages <portal@lindenhof.example>");
    EXPECT_EQ(header_of(made, "To"), "ada@example.org");
    EXPECT_EQ(header_of(made, "Subject"), "Confirm your address");
    EXPECT_EQ(header_of(made, "Date"), "Thu, 15 Jan 2026 00:00:00 +0000");
    EXPECT_EQ(header_of(made, "Message-Id"), "<let_01@lindenhof.example>");
    EXPECT_EQ(header_of(made, "Auto-Submitted"), "auto-generated");
    EXPECT_EQ(header_of(made, "MIME-Version"), "1.0");
    EXPECT_EQ(header_of(made, "Content-Language"), "en");
    EXPECT_THAT(header_of(made, "Content-Type"), StartsWith("text/plain; charset=utf-8"));
    EXPECT_THAT(made, HasSubstr("\r\n\r\nOpen this link:\r\n\r\nhttps://localhost/a\r\n"));
}

TEST(Message, SaysHowOneClickEndsSuchLetters) {
    auto given = plain();
    ASSERT_GET(const auto without, compose(given));
    EXPECT_THAT(without, Not(HasSubstr("List-Unsubscribe")));
    given.unsubscribe = "https://portal.example/stop/" + std::string(200, 'a');
    ASSERT_GET(const auto with, compose(given));
    EXPECT_EQ(header_of(with, "List-Unsubscribe"), "<" + given.unsubscribe + ">");
    EXPECT_THAT(with, HasSubstr("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    for (const auto* wrong : {"http://portal.example/", "https://a b", "https://a>\r\nBcc: x"}) {
        given.unsubscribe = wrong;
        EXPECT_THAT(compose(given), Fails(Code::invalid)) << wrong;
    }
}

TEST(Message, APersonsIsNotCalledAutomatic) {
    auto message = plain();
    message.author = Message::Author::person;
    message.reply_to = Mailbox{"Privacy", "privacy@lindenhof.example"};
    ASSERT_GET(const auto made, compose(message));
    EXPECT_EQ(header_of(made, "Auto-Submitted"), "");
    EXPECT_EQ(header_of(made, "Reply-To"), "Privacy <privacy@lindenhof.example>");
}

TEST(Message, WordsOfEveryLanguageAreSevenBitAndInEncodedWords) {
    for (const auto* words :
         {"確認してください", "أكّد عنوانك", "Größe bestätigen", "Vérifiez l’adresse"}) {
        SCOPED_TRACE(words);
        auto message = plain();
        message.subject = words;
        message.text = std::string(words) + "\n";
        message.from.name = words;
        ASSERT_GET(const auto made, compose(message));
        EXPECT_TRUE(is_ascii(made));
        EXPECT_THAT(header_of(made, "Subject"), StartsWith("=?"));
        EXPECT_THAT(header_of(made, "From"), StartsWith("=?"));
        EXPECT_FALSE(header_of(made, "Content-Transfer-Encoding").empty());
    }
}

TEST(Message, HtmlStandsAfterThePlainText) {
    auto message = plain();
    message.html = "<p>Hello</p>";
    ASSERT_GET(const auto made, compose(message));
    EXPECT_THAT(header_of(made, "Content-Type"), StartsWith("multipart/alternative"));
    EXPECT_LT(made.find("text/plain"), made.find("text/html"));
}

TEST(Message, NothingGivenBeginsAHeaderOfItsOwn) {
    const auto with = [](auto change) {
        auto message = plain();
        change(message);
        return compose(message);
    };
    for (const auto& bad : {std::string("a\r\nBcc: eve@example.org"), std::string("a\nb"),
                            std::string("a\rb"), std::string("a\0b", 3), std::string("\xff")}) {
        EXPECT_THAT(with([&](Message& m) { m.subject = bad; }), Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.from.name = bad; }), Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.from.address = bad + "@example.org"; }),
                    Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.to.address = "ada@example.org" + bad; }),
                    Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.reply_to = Mailbox{bad, "a@example.org"}; }),
                    Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.id = bad + "@example.org"; }), Fails(Code::invalid));
        EXPECT_THAT(with([&](Message& m) { m.language = bad; }), Fails(Code::invalid));
    }
    EXPECT_THAT(with([](Message& m) { m.text = std::string("a\0b", 3); }), Fails(Code::invalid));
    EXPECT_THAT(with([](Message& m) { m.text = "a\rb"; }), Fails(Code::invalid));
    EXPECT_THAT(with([](Message& m) { m.id = "../../etc@example.org"; }), Fails(Code::invalid));
    EXPECT_THAT(with([](Message& m) { m.text = std::string(kBodyMax + 1, 'x'); }),
                Fails(Code::invalid));
    // A name may look like an address without becoming one.
    const auto named = with([](Message& m) { m.to.name = "eve@evil.example>, \"x"; });
    ASSERT_THAT(named, IsOk());
    EXPECT_THAT(header_of(*named, "To"), HasSubstr("<ada@example.org>"));
    EXPECT_THAT(header_of(*named, "To"), HasSubstr("\\\"x\""));
}

TEST(Message, AnErrorNamesThePartAndNotItsValue) {
    auto message = plain();
    message.to.address = "secret name@example.org";
    const auto made = compose(message);
    ASSERT_THAT(made, Fails(Code::invalid));
    EXPECT_EQ(made.error().inputs().at(0).pointer, "/to/address");
    EXPECT_THAT(made.error().describe(), Not(HasSubstr("secret")));
}

TEST(Message, NoLineIsTooLongWhateverIsWritten) {
    auto message = plain();
    message.text = std::string(5000, 'x') + "\n" + std::string(3000, '.') + "\nFrom here\n.\n";
    for (int i = 0; i < 400; ++i) message.subject += "long words ";
    ASSERT_GET(const auto made, compose(message));
    for (const auto line : split(made, '\n')) EXPECT_LE(line.size(), 999u);
    EXPECT_TRUE(made.ends_with("\r\n"));
}

TEST(Message, AnAddressBeyondAsciiStaysAsItIs) {
    auto message = plain();
    message.to.address = "jürgen@example.org";
    ASSERT_GET(const auto made, compose(message));
    EXPECT_EQ(header_of(made, "To"), "jürgen@example.org");
    EXPECT_FALSE(is_ascii(made));
}

TEST(Address, ADomainHasASpellingThatEveryServerTakes) {
    EXPECT_EQ(with_ascii_domain("ada@bücher.example"), "ada@xn--bcher-kva.example");
    EXPECT_EQ(with_ascii_domain("jürgen@Bücher.example"), "jürgen@xn--bcher-kva.example");
    EXPECT_EQ(with_ascii_domain("ada@straße.example"), "ada@xn--strae-oqa.example");
    for (const auto* same :
         {"ada@example.org", "jürgen@example.org", "no address", "ada@\xff.org"}) {
        EXPECT_EQ(with_ascii_domain(same), same);
    }
}

TEST(Address, IsWhatAnEnvelopeTakes) {
    for (const auto* good : {"a@b", "ada+tag@example.org", "o'neil.x@sub.example-site.org",
                             "jürgen@exämple.org", "x@[bad].org", "user@xn--exmple-cua.org"}) {
        EXPECT_EQ(check_address(good).has_value(), std::string_view(good) != "x@[bad].org") << good;
    }
    for (const auto& bad :
         {std::string(""), std::string("@"), std::string("a@"), std::string("@b"),
          std::string("a b@c.org"), std::string("a@b@c.org"), std::string("<a@b.org>"),
          std::string("a@b.org\r\nRCPT TO:<x@y>"), std::string("a..b@c.org"),
          std::string(".a@c.org"), std::string("a@c..org"), std::string("a@-c.org"),
          std::string("\"a b\"@c.org"), std::string(65, 'a') + "@c.org",
          "a@" + std::string(300, 'c'), std::string("a\xff@c.org"), std::string("a@b_c.org"),
          std::string("a@b.org\0", 8)}) {
        EXPECT_THAT(check_address(bad), Fails(Code::invalid)) << bad;
    }
}

}  // namespace
}  // namespace avow::mail
