// SPDX-License-Identifier: Apache-2.0
// The server's side of LMTP (RFC 2033), without a network: bytes in, replies out. Pipelining, 8-bit
// content and addresses beyond ASCII are taken. Only CR LF ends a line and only CR LF . CR LF a
// message, so nothing is smuggled in. Bounded: lines, recipients, faults and the message's size.
// Promises: a recipient is answered 250 only with what delivered() was told. Used by one thread.
// Source: RFC 2033, RFC 5321, RFC 1870 (SIZE), RFC 2920, RFC 6152, RFC 6531, RFC 3463.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace avow::mail {

struct LmtpReply {
    int code = 250;
    std::string_view status = "2.0.0";  // RFC 3463
    std::string_view text = "taken";
};

struct LmtpDelivery {
    std::string from;  // empty: a bounce
    std::vector<std::string> recipients;
    std::string message;
};

class LmtpSession {
  public:
    static constexpr std::size_t kLineMax = 4'096;      // LIMIT: bytes of a command
    static constexpr std::size_t kRecipientsMax = 100;  // LIMIT: of one message
    static constexpr int kFaultsMax = 20;               // LIMIT: then the session ends

    using Receives = std::function<bool(std::string_view recipient)>;
    LmtpSession(std::string domain, std::size_t message_max, Receives receives)
        : domain_(std::move(domain)), message_max_(message_max), receives_(std::move(receives)) {}

    std::string greeting() const;

    enum class Step {
        more,     // bytes are wanted
        deliver,  // a message is there: tell delivered() what became of it, then advance() again
        end,      // nothing more is said or read
    };
    void feed(std::string_view bytes) { input_ += bytes; }
    // Goes on with what was fed; what is to be sent is added to `replies`.
    Step advance(std::string& replies);
    const LmtpDelivery& delivery() const { return delivery_; }
    // One reply a recipient, in their order.
    void delivered(std::span<const LmtpReply> answers, std::string& replies);

  private:
    enum class Reading { commands, message };
    Step command(std::string_view line, std::string& replies);
    Step hello(std::string& replies);
    Step mail(std::string_view rest, std::string& replies);
    Step recipient(std::string_view rest, std::string& replies);
    Step data(std::string& replies);
    Step fault(std::string_view reply, std::string& replies);
    void message_line(std::string_view line);
    void forget();

    const std::string domain_;
    const std::size_t message_max_;
    const Receives receives_;
    std::string input_;
    std::size_t at_ = 0;       // where the next line begins
    std::size_t scanned_ = 0;  // up to where no CR LF was found
    Reading reading_ = Reading::commands;
    bool greeted_ = false;
    bool has_sender_ = false;
    bool too_large_ = false;
    bool skipping_ = false;  // the rest of a line that was too long
    int faults_ = 0;
    LmtpDelivery delivery_;
};

}  // namespace avow::mail
