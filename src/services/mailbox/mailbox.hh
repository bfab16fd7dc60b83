// SPDX-License-Identifier: Apache-2.0
// How far a folder of a mailbox was read, and which of the nodes of a shared store reads it: one at
// a time, by a lease that lapses. It saves work and finds the mail that nobody gets past; that a
// mail is taken once is the desk's promise (`Desk::take_mail`), whatever stands here. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hh"
#include "base/time.hh"
#include "sql/connection.hh"

namespace avow::services {

// LIMIT: longer than one message takes to be fetched. Another node waits so long for one that
// vanished; one that comes back goes on at once.
inline constexpr std::int64_t kMailboxLeaseMs = 3 * kMinuteMs;

// UIDs as IMAP has them, of use while `validity` stays the same.
struct MailboxReach {
    std::uint32_t validity = 0;
    std::uint32_t done = 0;      // up to here nothing is left to do
    std::uint32_t begun = 0;     // up to here it was begun; beyond `done`: and not ended
    std::int64_t tries = 0;      // how often the mail `begun` was begun by itself
    std::int64_t set_aside = 0;  // mails that were moved aside, in all
};

class Mailboxes {
  public:
    static Result<std::unique_ptr<Mailboxes>> create(sql::Connection& store, std::string node,
                                                     const Clock& clock);
    // `place` names the folder: who, where, which. `conflict` while another node reads it.
    Result<MailboxReach> claim(std::string_view place);
    // Keeps the lease, too; `conflict` when it is another's by now.
    Status note(std::string_view place, const MailboxReach& reach);
    // So that another node need not wait.
    Status release(std::string_view place);

  private:
    Mailboxes(sql::Connection& store, std::string node, const Clock& clock)
        : store_(store), node_(std::move(node)), clock_(clock) {}

    sql::Connection& store_;
    const std::string node_;
    const Clock& clock_;
};

}  // namespace avow::services
