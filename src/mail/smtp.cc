// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp.hh"

#include <array>

#include "base/bytes.hh"
#include "base/fault.hh"
#include "mail/address.hh"

namespace avow::mail {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
constexpr Patience kFarewell{std::chrono::seconds(2)};

Delivery later(std::string_view why, std::string status, int code = 0) {
    return {Delivery::Outcome::later, false, code, std::move(status), why};
}

// Of a reply that is not what was wanted.
Delivery unwanted(const Reply& reply, std::string_view why) {
    const bool for_good = reply.is_refusal();
    auto status = reply.status.empty() ? std::string(for_good ? "5.0.0" : "4.0.0") : reply.status;
    return {for_good ? Delivery::Outcome::refused : Delivery::Outcome::later, false, reply.code,
            std::move(status), why};
}

Error session_error(const Reply& reply, std::string words) {
    return Error(Code::unavailable, std::move(words))
        .caused_by("reply " + std::to_string(reply.code) +
                   (reply.status.empty() ? "" : " " + reply.status));
}

}  // namespace

std::string with_dots(std::string_view message) {
    std::string out;
    out.reserve(message.size() + 64);
    bool begins = true;
    for (const char c : message) {
        if (begins && c == '.') out += '.';
        out += c;
        begins = c == '\n';
    }
    if (!message.ends_with("\r\n")) out += "\r\n";
    return out += ".\r\n";
}

// What came of MAIL, RCPT and DATA: the first that was not taken, or nothing when content is due.
struct Smtp::Opened {
    std::optional<Delivery> refusal;
};

Smtp::~Smtp() {
    drop();
    wipe(options_.password.data(), options_.password.size());
}

void Smtp::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (wire_) wire_->cancel();
}

void Smtp::drop() {
    const std::lock_guard lock(mutex_);
    wire_.reset();
    replies_ = {};
    offers_ = {};
    sent_ = 0;
}

void Smtp::rest() {
    if (!wire_) return;
    // A farewell of courtesy: nothing hangs on its answer.
    [[maybe_unused]] const auto answered = ask("QUIT", kFarewell);
    drop();
}

Status Smtp::say(std::string_view line, Patience patience) {
    std::string sent(line);
    sent += "\r\n";
    auto written = wire_->write(sent, patience);
    wipe(sent.data(), sent.size());
    return written;
}

Result<Reply> Smtp::hear(Patience patience) {
    std::array<char, 4096> bytes;
    while (true) {
        TRY(auto reply, replies_.next());
        if (reply) return std::move(*reply);
        TRY(const auto size, wire_->read(bytes, patience));
        replies_.feed({bytes.data(), size});
    }
}

Result<Reply> Smtp::ask(std::string_view line, Patience patience) {
    TRY_OK(say(line, patience));
    return hear(patience);
}

Status Smtp::prepare() {
    if (sent_ >= kSessionMax) rest();
    if (wire_) return {};
    auto opened = open();
    if (!opened) drop();
    return opened;
}

Status Smtp::open() {
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return Error(Code::unavailable, "the mail is stopped");
        wire_ = std::make_unique<Wire>();
    }
    TRY_OK(wire_->connect(options_.host, options_.port, options_.timeouts.connect));
    if (options_.security == Security::none_on_loopback && !wire_->is_loopback()) {
        return Error(Code::denied,
                     "mail.security is none-on-loopback, and the mail server is another machine: "
                     "set it to starttls or tls");
    }
    if (options_.security == Security::tls) {
        TRY_OK(
            wire_->begin_tls(options_.host, options_.authorities_pem, options_.timeouts.command));
    }
    TRY(const auto greeting, hear(options_.timeouts.command));
    if (!greeting.is_positive()) {
        return session_error(greeting, "the mail server wants nothing of us now");
    }
    TRY_OK(hello());
    if (options_.security == Security::starttls) TRY_OK(secure());
    return options_.user.empty() ? Status() : sign_in();
}

Status Smtp::hello() {
    TRY(const auto reply, ask("EHLO " + options_.name, options_.timeouts.command));
    if (!reply.is_positive()) return session_error(reply, "the mail server refuses our EHLO");
    offers_ = extensions_of(reply);
    return {};
}

Status Smtp::secure() {
    if (!offers_.start_tls) {
        return Error(Code::unavailable,
                     "the mail server offers no STARTTLS, and without TLS nothing is sent");
    }
    TRY(const auto reply, ask("STARTTLS", options_.timeouts.command));
    if (!reply.is_positive()) return session_error(reply, "the mail server refuses STARTTLS");
    // Said in clear and heard as if under TLS: somebody on the way has a hand in it (RFC 3207 §4).
    if (!replies_.is_empty()) {
        return Error(Code::unavailable, "the mail server spoke before its TLS began");
    }
    TRY_OK(wire_->begin_tls(options_.host, options_.authorities_pem, options_.timeouts.command));
    return hello();
}

Status Smtp::sign_in() {
    if (!wire_->is_private() && !wire_->is_loopback()) {
        return Error(Code::internal, "a password would go out in clear");
    }
    if (!offers_.auth_plain) {
        return Error(Code::unavailable,
                     "the mail server offers no AUTH PLAIN, and mail.user is set");
    }
    std::string secret('\0' + options_.user + '\0' + options_.password);
    auto line = "AUTH PLAIN " + base64(as_bytes(secret));
    wipe(secret.data(), secret.size());
    auto reply = ask(line, options_.timeouts.command);
    wipe(line.data(), line.size());
    TRY(const auto answered, std::move(reply));
    if (answered.is_positive()) return {};
    return session_error(answered, "the mail server refuses mail.user and its password");
}

Result<std::string> Smtp::mail_command(const Envelope& envelope) const {
    auto line = "MAIL FROM:<" + envelope.from + ">";
    if (offers_.size) line += " SIZE=" + std::to_string(envelope.message.size());
    const bool wants_utf8 =
        !is_ascii(envelope.from) || !is_ascii(envelope.to) || !is_ascii(envelope.message);
    if (!wants_utf8) return line;
    if (!offers_.utf8 || !offers_.eight_bit) {
        return Error(Code::invalid, "the mail server takes no address beyond ASCII");
    }
    return line + " BODY=8BITMIME SMTPUTF8";
}

Result<Smtp::Opened> Smtp::open_transaction(const Envelope& envelope) {
    TRY(const auto mail, mail_command(envelope));
    const auto recipient = "RCPT TO:<" + envelope.to + ">";
    const auto& patience = options_.timeouts;
    if (offers_.pipelining) {
        TRY_OK(say(mail + "\r\n" + recipient + "\r\nDATA", patience.command));
    } else {
        TRY_OK(say(mail, patience.command));
    }
    Opened opened;
    TRY(const auto mailed, hear(patience.command));
    if (!mailed.is_positive()) {
        opened.refusal = unwanted(mailed, "the mail server refuses our sender's address");
        if (!offers_.pipelining) return opened;
    }
    if (!offers_.pipelining) TRY_OK(say(recipient, patience.command));
    TRY(const auto taken, hear(patience.command));
    if (!taken.is_positive() && !opened.refusal) {
        opened.refusal = unwanted(taken, "the mail server refuses the recipient");
        if (!offers_.pipelining) return opened;
    }
    if (!offers_.pipelining) TRY_OK(say("DATA", patience.data_begin));
    TRY(const auto begun, hear(patience.data_begin));
    if (begun.code == 354 && opened.refusal) {
        // It waits for content that nobody is to get (RFC 2920 §3.1).
        TRY([[maybe_unused]] const auto ended, ask(".", patience.data_end));
    } else if (begun.code != 354 && !opened.refusal) {
        opened.refusal = unwanted(begun, "the mail server refuses to take a message");
    }
    return opened;
}

Status Smtp::write_content(std::string_view message) {
    auto content = with_dots(message);
    Status written;
    for (std::size_t at = 0; written && at < content.size(); at += kBlock) {
        // All but the last bytes: whoever dies here has sent nothing that anybody may deliver.
        if (at + kBlock >= content.size()) fault_point("smtp.content_almost_sent");
        written = wire_->write(std::string_view(content).substr(at, kBlock),
                               options_.timeouts.data_block);
    }
    wipe(content.data(), content.size());
    return written;
}

Delivery Smtp::send_content(std::string_view message) {
    if (!write_content(message)) {
        drop();
        auto cut = later("the connection ended within the message", "4.4.2");
        cut.uncertain = true;
        return cut;
    }
    fault_point("smtp.content_sent");
    const auto reply = hear(options_.timeouts.data_end);
    if (!reply) {
        drop();
        auto cut = later("the connection ended before the answer to the message", "4.4.2");
        cut.uncertain = true;
        return cut;
    }
    ++sent_;
    if (reply->is_positive()) {
        return {Delivery::Outcome::delivered, false, reply->code,
                reply->status.empty() ? "2.0.0" : reply->status, "the mail server has taken it on"};
    }
    return unwanted(*reply, "the mail server refuses the message");
}

Delivery Smtp::send(const Envelope& envelope) {
    for (const bool again : {false, true}) {
        if (auto ready = prepare(); !ready) {
            return later("the mail server cannot be used now", "4.4.1");
        }
        const bool kept = sent_ > 0;  // and may have ended meanwhile
        const auto opened = open_transaction(envelope);
        if (!opened && opened.error().code() == Code::invalid) {
            return {Delivery::Outcome::refused, false, 0, "5.6.7",
                    "the mail server takes no address beyond ASCII"};
        }
        const bool closing = opened && opened->refusal && opened->refusal->code == 421;
        // A session that stood open may have ended meanwhile; nothing of this message went out.
        if (kept && !again && (!opened || closing)) {
            drop();
            continue;
        }
        if (!opened) {
            drop();
            return later("the connection ended before the message", "4.4.2");
        }
        if (!opened->refusal) return send_content(envelope.message);
        auto refusal = *opened->refusal;
        const auto reset = ask("RSET", options_.timeouts.command);
        if (closing || !reset || !reset->is_positive()) drop();
        return refusal;
    }
    return later("the mail server ends every session", "4.4.2");
}

}  // namespace avow::mail
