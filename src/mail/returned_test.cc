// SPDX-License-Identifier: Apache-2.0
#include "mail/returned.hh"

#include <gtest/gtest.h>

#include "base/testing.hh"
#include "mail/inbound.hh"

namespace avow::mail {
namespace {

constexpr std::string_view kOurs =
    "From: us\r\nMessage-ID:\r\n <7@portal.example>\r\n\r\nMessage-ID: <x>\r\n";

std::string spelled(std::string_view report, std::string_view original = kOurs) {
    const auto returned = read_returned(report, original);
    if (!returned) return "nothing";
    return returned->message_id + " " + returned->status + (returned->failed ? " failed" : "");
}

TEST(Returned, SaysWhichAndWhy) {
    EXPECT_EQ(spelled("Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\n"
                      "Action: failed\r\nStatus: 5.1.1 (no such user)\r\n"),
              "7@portal.example 5.1.1 failed");
    EXPECT_EQ(spelled("Reporting-MTA: dns; mx\n\naction: Delayed\nSTATUS: 4.4.1\n"),
              "7@portal.example 4.4.1");
    EXPECT_EQ(spelled("\r\nAction: delivered\r\nStatus: 2.0.0\r\n"), "7@portal.example 2.0.0");
}

TEST(Returned, TakesTheOtherSidesWordWhereTheReportHasNone) {
    EXPECT_EQ(spelled("\r\nAction: failed\r\nStatus: 5.0.0\r\n"
                      "Diagnostic-Code: smtp; 550-5.7.1 looks like spam\r\n 550 5.7.1 no\r\n"),
              "7@portal.example 5.7.1 failed");
    EXPECT_EQ(spelled("\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 no\r\n"),
              "7@portal.example 5.0.0 failed");
    EXPECT_EQ(spelled("\r\nAction: failed\r\nStatus: what\r\n"), "7@portal.example 5.0.0 failed");
}

TEST(Returned, IsNothingWithoutBoth) {
    EXPECT_EQ(spelled(""), "nothing");
    EXPECT_EQ(spelled("Status: 5.1.1\r\n"), "nothing");
    EXPECT_EQ(spelled("Action: failed\r\n", "Subject: x\r\n\r\nMessage-ID: <7@x.example>\r\n"),
              "nothing");
    EXPECT_EQ(spelled("Action: failed\r\n", "Message-ID: <a b>\r\n"), "nothing");
    EXPECT_EQ(spelled("Action: failed\r\n", "Message-ID: none\r\n"), "nothing");
}

TEST(Returned, KnowsAnAddressFromAWordAboutAMail) {
    for (const auto* status : {"5.1.1", "5.2.1", "5.0.0"}) EXPECT_TRUE(is_about_address(status));
    for (const auto* status : {"5.7.1", "5.2.2", "4.1.1", "5.3.4", ""}) {
        EXPECT_FALSE(is_about_address(status));
    }
}

TEST(Returned, IsReadOutOfAWholeReport) {
    for (const auto* third : {"message/rfc822", "text/rfc822-headers"}) {
        const auto raw = std::string(
                             "From: MAILER-DAEMON@mx\r\nMIME-Version: 1.0\r\nContent-Type: "
                             "multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                             "--b\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: "
                             "message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
                             "Action: failed\r\nFinal-Recipient: rfc822;a@b\r\nStatus: 5.1.1\r\n"
                             "\r\n--b\r\nContent-Type: ") +
                         third + "\r\n\r\n" + std::string(kOurs) + "--b--\r\n";
        ASSERT_GET(const auto mail, read_inbound(raw, ""));
        EXPECT_EQ(mail.writer, Writer::bounce);
        ASSERT_TRUE(mail.returned.has_value()) << third;
        EXPECT_EQ(mail.returned->message_id, "7@portal.example");
        EXPECT_TRUE(mail.returned->failed);
        EXPECT_EQ(mail.returned->status, "5.1.1");
    }
}

}  // namespace
}  // namespace avow::mail
