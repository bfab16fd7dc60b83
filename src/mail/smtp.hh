// SPDX-License-Identifier: Apache-2.0
// Hands messages to a mail server: SMTP submission (RFC 5321, RFC 6409) with STARTTLS (RFC 3207) or
// TLS from the first byte (RFC 8314), AUTH PLAIN (RFC 4954, RFC 4616), PIPELINING (RFC 2920),
// 8BITMIME and SMTPUTF8 (RFC 6531) where offered.
// Promises: nothing of a message and no password goes out before the server has shown a certificate
// to be trusted; without TLS it speaks to this machine alone. What the server says of a session as
// a whole (its greeting, our password) never refuses a message for good: mending our own set-up
// sends it. Passwords and a server's words are in no error. Does not promise that a message reaches
// a mailbox: a server that takes it on answers for the rest.
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "mail/carrier.hh"
#include "mail/reply.hh"
#include "mail/wire.hh"

namespace avow::mail {

// RFC 5321 §4.5.3.2, the least that a client must wait.
struct Timeouts {
    Patience connect{std::chrono::seconds(60)};
    Patience command{std::chrono::minutes(5)};     // greeting, EHLO, MAIL, RCPT
    Patience data_begin{std::chrono::minutes(2)};  // DATA
    Patience data_block{std::chrono::minutes(3)};
    Patience data_end{std::chrono::minutes(10)};
};

struct SmtpOptions {
    std::string host;
    std::uint16_t port = 587;
    Security security = Security::starttls;
    std::string user;             // empty: nobody signs in
    std::string password;         // WALL: sent under TLS or to this machine, and nowhere else
    std::string name;             // ours, for EHLO
    std::string authorities_pem;  // empty: those that the system trusts
    Timeouts timeouts;
};

class Smtp final : public Carrier {
  public:
    // LIMIT: messages in one session. As Debian sets Exim up, the eleventh waits for a queue run.
    static constexpr int kSessionMax = 10;

    explicit Smtp(SmtpOptions options) : options_(std::move(options)) {}
    ~Smtp() override;

    // Opens a session, unless one is open.
    Status prepare() override;
    Delivery send(const Envelope& envelope) override;
    void rest() override;
    void stop() override;

  private:
    Status open();
    Status hello();
    Status secure();
    Status sign_in();
    void drop();
    Status say(std::string_view line, Patience patience);
    Result<Reply> hear(Patience patience);
    Result<Reply> ask(std::string_view line, Patience patience);
    struct Opened;
    Result<Opened> open_transaction(const Envelope& envelope);
    Delivery send_content(std::string_view message);
    Status write_content(std::string_view message);
    Result<std::string> mail_command(const Envelope& envelope) const;

    SmtpOptions options_;
    std::mutex mutex_;  // guards the making and unmaking of wire_, and stopped_
    std::unique_ptr<Wire> wire_;
    bool stopped_ = false;
    ReplyReader replies_;
    Extensions offers_;
    int sent_ = 0;  // messages that went this way
};

// Each line of the message with its leading dot doubled, and the final dot (RFC 5321 §4.5.2).
std::string with_dots(std::string_view message);

}  // namespace avow::mail
