// SPDX-License-Identifier: Apache-2.0
// Where mail comes in: the LMTP listener, and what each message's fate is to the mail server.
//   250  durable: taken, known already, dropped as RFC 3834 has it, or set aside
//   451  not now: the mail server keeps it and comes again
//   550  the policy in force does not take mail
//   552  too large
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
    // Null when mail.lmtp_listen is empty.
    static Result<std::unique_ptr<Mailroom>> create(House& house, const std::string& domain);
    std::uint16_t port() const { return listener_->port(); }

  private:
    explicit Mailroom(House& house) : house_(house) {}
    std::vector<mail::LmtpReply> take(const mail::LmtpDelivery& delivery);
    Result<mail::Inbound> read(const mail::LmtpDelivery& delivery);
    mail::LmtpReply fate_of(const mail::LmtpDelivery& delivery);
    mail::LmtpReply set_aside(const mail::LmtpDelivery& delivery, const std::string& reason);
    void sweep();

    House& house_;
    std::mutex large_;
    std::atomic<std::int64_t> swept_ms_{0};
    std::unique_ptr<mail::LmtpListener> listener_;  // last: its threads use the others
};

}  // namespace avow::app
