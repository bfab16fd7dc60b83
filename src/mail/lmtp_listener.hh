// SPDX-License-Identifier: Apache-2.0
// Where a mail server hands messages in: LMTP on a loopback address or a Unix socket, by Boost.Asio
// behind this header. A thread for each connection, few of them: the other side is one mail server
// on this machine. Every read and write has a deadline.
// Promises: a message is answered when `take` has returned, with what it said; one that was handed
// in whole is answered before stop() ends. Does not promise to know who connects: hence no other
// machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hh"
#include "mail/lmtp.hh"
#include "mail/wire.hh"

namespace avow::mail {

class LmtpListener {
  public:
    static constexpr std::size_t kConnectionsMax = 16;  // LIMIT: the next is told to come later

    struct Options {
        std::string listen;  // 127.0.0.1:2424, [::1]:2424 or unix:/path; port 0: any
        std::string domain;  // that we call ourselves
        std::size_t message_max = 25'000'000;
        Patience patience{std::chrono::minutes(5)};  // RFC 5321 §4.5.3.2
    };
    // Called by several threads at once; one reply a recipient.
    using Take = std::function<std::vector<LmtpReply>(const LmtpDelivery&)>;
    // `invalid` says what is wrong with the address, `unavailable` why it cannot be bound.
    static Result<std::unique_ptr<LmtpListener>> create(Options options,
                                                        LmtpSession::Receives receives, Take take);
    ~LmtpListener();
    LmtpListener(const LmtpListener&) = delete;
    LmtpListener& operator=(const LmtpListener&) = delete;

    std::uint16_t port() const;  // 0: a Unix socket

  private:
    struct Inner;
    explicit LmtpListener(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> inner_;
};

}  // namespace avow::mail
