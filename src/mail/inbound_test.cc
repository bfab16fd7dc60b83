// SPDX-License-Identifier: Apache-2.0
#include "mail/inbound.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.hh"
#include "base/testing.hh"
#include "base/text.hh"
#include "mail/charset.hh"
#include "mail/html_text.hh"

namespace avow::mail {
namespace {

using avow::testing::Fails;
using avow::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHead = "From: Ada <ada@example.org>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n";

Result<Inbound> read(const std::string& raw) {
    return read_inbound(raw, "ada@example.org");
}

TEST(Inbound, ReadsWhoWhatAndWhichItAnswers) {
    ASSERT_GET(
        const auto mail,
        read("Return-Path: <ada@example.org>\r\nFrom: =?utf-8?q?Ad=C3=A4?= <ada@example.org>\r\n"
             "Subject: =?iso-8859-1?q?Stra=DFe?=\r\nMessage-ID: <1@x.example>\r\n"
             "In-Reply-To: <a@b>\r\nReferences: <old@b>\r\n <a@b>\r\n\r\nHello\r\nthere\r\n"));
    EXPECT_EQ(mail.from, "ada@example.org");
    EXPECT_EQ(mail.name, "Adä");
    EXPECT_EQ(mail.subject, "Straße");
    EXPECT_EQ(mail.text, "Hello\nthere");
    EXPECT_EQ(mail.message_id, "1@x.example");
    EXPECT_THAT(mail.references, ElementsAre("a@b", "a@b", "old@b"));
    EXPECT_EQ(mail.writer, Writer::person);
}

TEST(Inbound, PrefersPlainTextAndCountsWhatItLeavesOut) {
    ASSERT_GET(const auto mail,
               read(kHead + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
                            "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
                            "Content-Type: text/plain\r\n\r\nplain\r\n--b\r\n"
                            "Content-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--\r\n--a\r\n"
                            "Content-Type: application/pdf\r\nContent-Disposition: attachment; "
                            "filename=x.pdf\r\n\r\nxx\r\n--a\r\nContent-Type: text/plain\r\n"
                            "Content-Disposition: attachment\r\n\r\nnotes\r\n--a--\r\n"));
    EXPECT_EQ(mail.text, "plain");
    EXPECT_EQ(mail.attachments, 2u);
    ASSERT_EQ(mail.attached.size(), 2u);
    EXPECT_EQ(mail.attached[0].name, "x.pdf");
    EXPECT_EQ(mail.attached[0].type, "text/plain");  // as it is, and not as it is called
    EXPECT_EQ(mail.attached[0].bytes, "xx");
    EXPECT_EQ(mail.attached[1].name, "");
    EXPECT_EQ(mail.attached[1].bytes, "notes");
}

TEST(Inbound, TakesAFileByItsBytesAndItsNameWithoutTricks) {
    ASSERT_GET(const auto mail,
               read(kHead + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
                            "Content-Type: text/plain; name=\"../../x.html\"\r\n"
                            "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcKAAE=\r\n--a\r\n"
                            "Content-Type: message/rfc822\r\n\r\nFrom: b@example.org\r\n"
                            "Subject: inner\r\n\r\nbody\r\n--a--\r\n"));
    ASSERT_EQ(mail.attached.size(), 2u);
    EXPECT_EQ(mail.attached[0].name, "x.html");
    EXPECT_EQ(mail.attached[0].type, "application/pdf");
    EXPECT_EQ(mail.attached[0].bytes, std::string("%PDF-1.7\n\0\1", 11));
    EXPECT_EQ(mail.attached[1].type, "message/rfc822");
    EXPECT_THAT(mail.attached[1].bytes, ::testing::HasSubstr("Subject: inner"));
}

TEST(Inbound, ReadsHtmlAsTextAndKeepsNothingOfItsTags) {
    ASSERT_GET(const auto mail,
               read(kHead + "Content-Type: text/html; charset=utf-8\r\n\r\n"
                            "<html><head><style>p{}</style></head><body><p>One &amp; two</p>"
                            "<script>alert(1)</script><img src=\"https://t.example/x.gif\">"
                            "<div>three<br>four</div></body></html>\r\n"));
    EXPECT_EQ(mail.text, "One & two\n\nthree\nfour");
}

TEST(Inbound, ReadsEveryCharsetAndMendsWrongLabels) {
    const auto text = [](const std::string& charset, const std::string& bytes) {
        const auto mail = read(kHead + "Content-Type: text/plain; charset=\"" + charset +
                               "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                               base64(as_bytes(bytes)) + "\r\n");
        return mail ? mail->text : mail.error().words().value;
    };
    EXPECT_EQ(text("utf-8", "grüße"), "grüße");
    EXPECT_EQ(text("iso-8859-1", "gr\xfc\xdf"), "grüß");
    EXPECT_EQ(text("windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2"), "Привет");
    EXPECT_EQ(text("ISO-2022-JP", "\x1b$B$3$s$K$A$O\x1b(B"), "こんにちは");
    EXPECT_EQ(text("GB18030", "\xc4\xe3\xba\xc3"), "你好");
    EXPECT_EQ(text("utf-8", "gr\xfc\xdf"), "grüß");        // the label lies
    EXPECT_EQ(text("no-such-charset", "grüße"), "grüße");  // nobody knows it
    EXPECT_EQ(text("no-such-charset", "gr\xfc\xdf"), "grüß");
    EXPECT_EQ(text("utf-8", std::string("a\0b\x07"
                                        "c\r\nd",
                                        8)),
              "abc\nd");
}

TEST(Inbound, KnowsProgramsFromPeopleAsRfc3834Says) {
    const auto writer = [](const std::string& more, std::string_view from = "ada@example.org") {
        return read_inbound(kHead + more + "\r\nx\r\n", from)->writer;
    };
    EXPECT_EQ(writer("Auto-Submitted: no\r\n"), Writer::person);
    EXPECT_EQ(writer("Auto-Submitted: NO ; x=y\r\n"), Writer::person);
    EXPECT_EQ(writer("Auto-Submitted: auto-replied\r\n"), Writer::program);
    EXPECT_EQ(writer("Auto-Submitted: auto-generated; type=x\r\n"), Writer::program);
    EXPECT_EQ(writer("Precedence: bulk\r\n"), Writer::program);
    EXPECT_EQ(writer("Precedence: normal\r\n"), Writer::person);
    EXPECT_EQ(writer("List-Id: <x.example>\r\n"), Writer::program);
    EXPECT_EQ(writer("X-Auto-Response-Suppress: DR, AutoReply\r\n"), Writer::program);
    EXPECT_EQ(writer("", ""), Writer::bounce);
    EXPECT_EQ(writer("Return-Path: <>\r\n"), Writer::bounce);
    EXPECT_EQ(writer("Content-Type: multipart/report; boundary=a; report-type=delivery-status\r\n"),
              Writer::bounce);
}

TEST(Inbound, RefusesWhatHasNotExactlyOneSender) {
    EXPECT_THAT(read("Subject: x\r\n\r\nx\r\n"), Fails(Code::invalid));
    EXPECT_THAT(read("From: a@b.example, c@d.example\r\n\r\nx\r\n"), Fails(Code::invalid));
    EXPECT_THAT(read("From: undisclosed:;\r\n\r\nx\r\n"), Fails(Code::invalid));
    EXPECT_THAT(read("From: nobody\r\n\r\nx\r\n"), Fails(Code::invalid));
    EXPECT_THAT(read(""), Fails(Code::invalid));
}

TEST(Inbound, BoundsNestingPartsHeadAndSize) {
    std::string nested = kHead;
    for (int i = 0; i < 1'000; ++i) {
        nested += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
                  std::to_string(i) + "\r\n";
    }
    EXPECT_THAT(read(nested), Fails(Code::invalid));
    std::string letters = kHead;
    for (int i = 0; i < 1'000; ++i) letters += "Content-Type: message/rfc822\r\n\r\n" + kHead;
    EXPECT_THAT(read(letters), Fails(Code::invalid));
    std::string parts = kHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 10'000; ++i) parts += "--b\r\n\r\nx\r\n";
    EXPECT_THAT(read(parts + "--b--\r\n"), Fails(Code::invalid));
    EXPECT_THAT(read(kHead + "X: " + std::string(kHeadMax, 'x') + "\r\n\r\nx\r\n"),
                Fails(Code::invalid));
    EXPECT_THAT(read(kHead + "\r\n" + std::string(kInboundMax, 'x')), Fails(Code::invalid));
}

TEST(Inbound, CutsALongTextBetweenCharacters) {
    std::string body;
    while (body.size() < kTextMax + 10) body += "äöü ";
    ASSERT_GET(const auto mail,
               read(kHead + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + body));
    EXPECT_TRUE(mail.cut);
    EXPECT_LE(mail.text.size(), kTextMax);
    EXPECT_FALSE(first_invalid_utf8(mail.text));
}

TEST(Inbound, NoHeaderIsSmuggledInByASubjectOrAName) {
    ASSERT_GET(const auto mail,
               read("From: =?utf-8?q?A=0D=0AB?= <ada@example.org>\r\n"
                    "Subject: =?utf-8?q?x=0D=0ABcc:_x@y?=\r\nMessage-ID: <a b\"@x>\r\n\r\nx\r\n"));
    EXPECT_EQ(mail.subject.find('\n'), std::string::npos);
    EXPECT_EQ(mail.name.find('\n'), std::string::npos);
    EXPECT_EQ(mail.message_id, "");
}

TEST(Inbound, AnotherWayOfTheSameMailHasTheSameDigest) {
    const auto raw = kHead + "\r\nx\r\n";
    EXPECT_EQ(digest_of(raw), digest_of("Received: from a\r\n\tby b\r\nDelivered-To: c\r\n" + raw));
    EXPECT_NE(digest_of(raw), digest_of(raw + "x"));
    EXPECT_NE(digest_of(raw), digest_of("X-Received: a\r\n" + raw));
}

TEST(HtmlText, EndsWhateverNeverEnds) {
    for (const auto* html : {"<", "<!--", "<script>", "<a href=\"", "&", "&#", "&#x110000;", "</",
                             "<style>x</style", "a<"}) {
        EXPECT_THAT(text_of_html(html, 100), Not(HasSubstr("script"))) << html;
    }
    EXPECT_EQ(text_of_html("1 < 2 &lt; 3 &#x20AC; &bogus; &#7;", 100), "1 < 2 < 3 € &bogus;");
    EXPECT_LE(text_of_html(std::string(10'000, 'x'), 100).size(), 101u);
}

}  // namespace
}  // namespace avow::mail
