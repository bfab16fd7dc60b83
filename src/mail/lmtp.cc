// SPDX-License-Identifier: Apache-2.0
#include "mail/lmtp.hh"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hh"

namespace avow::mail {
namespace {

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::size_t kKeptInput =
    65'536;  // LIMIT: bytes read and done with, before they are let go

bool begins_with(std::string_view line, std::string_view word) {
    return line.size() >= word.size() &&
           std::equal(word.begin(), word.end(), line.begin(), [](char a, char b) {
               return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 32) : b);
           });
}

struct Path {
    std::string address;
    std::string_view parameters;
};

// <address> and what follows it. A source route is dropped (RFC 5321 §4.1.1.3).
std::optional<Path> read_path(std::string_view rest) {
    rest = trimmed(rest);
    if (rest.empty() || rest.front() != '<') return std::nullopt;
    bool quoted = false;
    std::size_t end = 1;
    for (; end < rest.size(); ++end) {
        if (rest[end] == '"') quoted = !quoted;
        if (rest[end] == '\\' && quoted) ++end;
        if (end < rest.size() && rest[end] == '>' && !quoted) break;
    }
    if (end >= rest.size()) return std::nullopt;
    auto address = rest.substr(1, end - 1);
    if (address.starts_with('@')) {
        const auto colon = address.find(':');
        if (colon == address.npos) return std::nullopt;
        address.remove_prefix(colon + 1);
    }
    const bool plain = std::none_of(address.begin(), address.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (!plain || first_invalid_utf8(address)) return std::nullopt;
    return Path{std::string(address), trimmed(rest.substr(end + 1))};
}

// What SIZE= says, or nothing.
std::optional<std::size_t> size_of(std::string_view parameters) {
    for (const auto one : split(parameters, ' ')) {
        if (!begins_with(one, "SIZE=")) continue;
        std::size_t size = 0;
        const auto digits = one.substr(5);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), size);
        if (error == std::errc() && end == digits.data() + digits.size()) return size;
    }
    return std::nullopt;
}

void say(std::string& replies, std::string_view line) {
    replies += line;
    replies += kEndOfLine;
}

}  // namespace

std::string LmtpSession::greeting() const {
    return "220 " + domain_ + " LMTP\r\n";
}

LmtpSession::Step LmtpSession::advance(std::string& replies) {
    while (true) {
        const auto end = input_.find(kEndOfLine, std::max(at_, scanned_));
        if (end == std::string::npos) {
            const auto waiting = input_.size() - at_;
            scanned_ = input_.empty() ? 0 : input_.size() - 1;  // a CR may be the last byte
            if (reading_ == Reading::commands && waiting > kLineMax) {
                input_.erase(0, input_.size() - 1);
                at_ = scanned_ = 0;
                if (!std::exchange(skipping_, true)) {
                    return fault("500 5.5.6 the line is too long", replies);
                }
            } else if (reading_ == Reading::message && waiting > message_max_) {
                too_large_ = true;
                input_.erase(0, input_.size() - 1);
                at_ = scanned_ = 0;
                // Not at the beginning of a line: a dot that follows ends nothing.
                skipping_ = true;
            }
            return Step::more;
        }
        const auto line = std::string_view(input_).substr(at_, end - at_);
        at_ = end + kEndOfLine.size();
        scanned_ = at_;
        auto step = Step::more;
        const bool rest_of_long = std::exchange(skipping_, false);
        if (reading_ == Reading::commands) {
            if (!rest_of_long) step = command(line, replies);
        } else if (line == "." && !rest_of_long) {
            reading_ = Reading::commands;
            step = Step::deliver;
        } else {
            message_line(line);
        }
        if (at_ == input_.size() || at_ > kKeptInput) {
            input_.erase(0, at_);
            at_ = scanned_ = 0;
        }
        if (step == Step::deliver && too_large_) {
            const std::vector<LmtpReply> refused(delivery_.recipients.size(),
                                                 {552, "5.3.4", "the message is too large"});
            delivered(refused, replies);
            continue;
        }
        if (step != Step::more) return step;
    }
}

void LmtpSession::message_line(std::string_view line) {
    if (line.starts_with('.')) line.remove_prefix(1);
    if (too_large_ || delivery_.message.size() + line.size() + 2 > message_max_) {
        too_large_ = true;
        delivery_.message.clear();
        return;
    }
    delivery_.message += line;
    delivery_.message += kEndOfLine;
}

void LmtpSession::delivered(std::span<const LmtpReply> answers, std::string& replies) {
    for (std::size_t i = 0; i < delivery_.recipients.size(); ++i) {
        const auto answer =
            i < answers.size() ? answers[i] : LmtpReply{451, "4.3.0", "not answered"};
        say(replies, std::to_string(answer.code) + " " + std::string(answer.status) + " " +
                         std::string(answer.text));
    }
    forget();
}

void LmtpSession::forget() {
    delivery_ = {};
    has_sender_ = false;
    too_large_ = false;
}

LmtpSession::Step LmtpSession::fault(std::string_view reply, std::string& replies) {
    if (++faults_ > kFaultsMax) {
        say(replies, "421 4.7.0 too many faults");
        return Step::end;
    }
    say(replies, reply);
    return Step::more;
}

LmtpSession::Step LmtpSession::command(std::string_view line, std::string& replies) {
    if (begins_with(line, "LHLO")) return hello(replies);
    if (begins_with(line, "QUIT")) {
        say(replies, "221 2.0.0 goodbye");
        return Step::end;
    }
    if (begins_with(line, "NOOP")) {
        say(replies, "250 2.0.0 nothing done");
        return Step::more;
    }
    if (begins_with(line, "RSET")) {
        forget();
        say(replies, "250 2.0.0 forgotten");
        return Step::more;
    }
    if (begins_with(line, "VRFY")) return fault("252 2.5.0 send it and see", replies);
    if (begins_with(line, "MAIL FROM:")) return mail(line.substr(10), replies);
    if (begins_with(line, "RCPT TO:")) return recipient(line.substr(8), replies);
    if (begins_with(line, "DATA")) return data(replies);
    // RFC 2033 §4.1: HELO and EHLO are answered 500.
    return fault("500 5.5.1 this is LMTP: no such command", replies);
}

LmtpSession::Step LmtpSession::hello(std::string& replies) {
    greeted_ = true;
    forget();
    for (const auto* line :
         {"250-", "250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250-ENHANCEDSTATUSCODES"}) {
        say(replies, std::string(line) + (std::string_view(line) == "250-" ? domain_ : ""));
    }
    say(replies, "250 SIZE " + std::to_string(message_max_));
    return Step::more;
}

LmtpSession::Step LmtpSession::mail(std::string_view rest, std::string& replies) {
    if (!greeted_ || has_sender_) return fault("503 5.5.1 LHLO first, one sender each", replies);
    const auto path = read_path(rest);
    if (!path) return fault("501 5.1.7 that is no sender", replies);
    if (const auto size = size_of(path->parameters); size && *size > message_max_) {
        return fault("552 5.3.4 the message is too large", replies);
    }
    delivery_.from = path->address;
    has_sender_ = true;
    say(replies, "250 2.1.0 sender taken");
    return Step::more;
}

LmtpSession::Step LmtpSession::recipient(std::string_view rest, std::string& replies) {
    if (!has_sender_) return fault("503 5.5.1 MAIL first", replies);
    const auto path = read_path(rest);
    if (!path || path->address.empty()) return fault("501 5.1.3 that is no recipient", replies);
    if (delivery_.recipients.size() == kRecipientsMax) {
        return fault("452 4.5.3 too many recipients", replies);
    }
    if (!receives_(path->address)) {
        say(replies, "550 5.1.1 nobody here has that address");
        return Step::more;
    }
    delivery_.recipients.push_back(path->address);
    say(replies, "250 2.1.5 recipient taken");
    return Step::more;
}

LmtpSession::Step LmtpSession::data(std::string& replies) {
    // RFC 2033 §4.2: without a recipient, 503.
    if (delivery_.recipients.empty()) return fault("503 5.5.1 no recipient was taken", replies);
    reading_ = Reading::message;
    say(replies, "354 end with a dot on a line of its own");
    return Step::more;
}

}  // namespace avow::mail
