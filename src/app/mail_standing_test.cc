// SPDX-License-Identifier: Apache-2.0
#include "app/mail_standing.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avow::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, WhatIsNotConfiguredIsNotTold) {
    api::MailStanding mail;
    mail.carrier = "none";
    const auto text = metrics_text(mail, 7, {1'000'000});
    EXPECT_THAT(text, HasSubstr("\navow_ledger_entries 7\n"));
    EXPECT_THAT(text, HasSubstr("\navow_letters_waiting 0\n"));
    EXPECT_THAT(text, HasSubstr("\navow_letters_oldest_seconds 0\n"));
    EXPECT_THAT(text, Not(HasSubstr("lmtp")));
    EXPECT_THAT(text, Not(HasSubstr("imap")));
}

TEST(Metrics, ADoorThatIsClosedAndALetterThatWaitsAreSeen) {
    api::MailStanding mail;
    mail.lmtp = false;
    mail.imap = {"unreachable", Time{5'000}, 3, 1};
    mail.waiting = 2;
    mail.oldest = Time{400'000};
    const auto text = metrics_text(mail, 0, {1'000'000});
    EXPECT_THAT(text, HasSubstr("\navow_letters_oldest_seconds 600\n"));
    EXPECT_THAT(text, HasSubstr("\navow_lmtp_up 0\n"));
    EXPECT_THAT(text, HasSubstr("\navow_imap_up 0\n"));
    EXPECT_THAT(text, HasSubstr("\navow_imap_seen_timestamp_seconds 5\n"));
}

}  // namespace
}  // namespace avow::app
