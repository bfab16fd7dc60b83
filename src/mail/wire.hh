// SPDX-License-Identifier: Apache-2.0
// One connection to a mail server, by Boost.Asio behind this header: TCP, then TLS if asked for.
// Every call has a deadline; after a failed one the connection is of no use. Used by one thread at
// a time, but for cancel().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hh"

namespace avow::mail {

using Patience = std::chrono::milliseconds;

enum class Security { starttls, tls, none_on_loopback };

class Wire {
  public:
    Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire();

    // Tries each address of the host. `unavailable` when none answers.
    Status connect(const std::string& host, std::uint16_t port, Patience patience);
    // The certificate must be of `host`, and of an authority in `authorities_pem`; when that is
    // empty, of one that the system trusts. TLS 1.2 or later.
    Status begin_tls(const std::string& host, const std::string& authorities_pem,
                     Patience patience);
    Status write(std::string_view bytes, Patience patience);
    // Bytes read, at least one; an end is an error.
    Result<std::size_t> read(std::span<char> into, Patience patience);
    // Whether there is something to read, an end included. Time that passes is no failure here.
    Result<bool> wait(Patience patience);

    bool is_private() const;   // under TLS
    bool is_loopback() const;  // both ends on this machine
    // From any thread: what waits fails, and so does all that follows.
    void cancel();

  private:
    struct Line;
    std::unique_ptr<Line> line_;
};

}  // namespace avow::mail
