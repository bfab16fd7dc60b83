// SPDX-License-Identifier: Apache-2.0
// Where mail comes in, by whichever door: what each message's fate is, and what that is to a mail
// server that hands it in by LMTP. See fetcher.hh for the other door.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "app/house.hh"
#include "mail/inbound.hh"
#include "mail/lmtp_listener.hh"

namespace avow::app {

class Mailroom {
  public:
    // Listens when mail.lmtp_listen is set.
    static Result<std::unique_ptr<Mailroom>> create(House& house, const std::string& domain);

    ~Mailroom() { house_.takes_mail = false; }

    enum class Fate {
        taken,      // durable: new, known already, or dropped as RFC 3834 has it
        set_aside,  // durable: nobody could read it
        refused,    // the policy in force does not take mail
        too_large,
        not_now,  // the house cannot: whoever has it keeps it and comes again
        faulty,   // the same, and it may be this very mail's fault
    };
    // A message that came without an envelope.
    Fate take_fetched(const std::string& message);

  private:
    explicit Mailroom(House& house) : house_(house) {}
    std::vector<mail::LmtpReply> take(const mail::LmtpDelivery& delivery);
    Result<mail::Inbound> read(const mail::LmtpDelivery& delivery);
    Fate fate_of(const mail::LmtpDelivery& delivery);
    Fate set_aside(const mail::LmtpDelivery& delivery, const std::string& reason);
    void sweep();

    House& house_;
    std::mutex large_;
    std::atomic<std::int64_t> swept_ms_{0};
    std::unique_ptr<mail::LmtpListener> listener_;  // last: its threads use the others
};

}  // namespace avow::app
