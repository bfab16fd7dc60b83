// SPDX-License-Identifier: Apache-2.0
// What an SMTP server says (RFC 5321 §4.2), read from bytes that come in any pieces. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"

namespace avow::mail {

struct Reply {
    int code = 0;
    std::string status;              // RFC 3463, when the text begins with one that fits the code
    std::vector<std::string> lines;  // without the code

    bool is_positive() const { return code >= 200 && code < 300; }
    bool is_refusal() const { return code >= 500; }
};

class ReplyReader {
  public:
    static constexpr std::size_t kLineMax = 2048;  // LIMIT: bytes; RFC 5321 §4.5.3.1.5 has 512
    static constexpr std::size_t kLinesMax = 128;  // LIMIT: of one reply

    void feed(std::string_view bytes) { buffer_ += bytes; }
    // The next whole reply; nothing while it is not all there. `unavailable` when it is none: the
    // connection is of no use any more.
    Result<std::optional<Reply>> next();
    // Whether nothing came that was not read: so it must be before TLS begins.
    bool is_empty() const { return buffer_.empty() && reply_.lines.empty(); }

  private:
    Status read_line(std::string_view line, bool& last);

    std::string buffer_;
    Reply reply_;
};

// What EHLO answered, beyond its first line.
struct Extensions {
    bool start_tls = false;
    bool pipelining = false;
    bool eight_bit = false;
    bool utf8 = false;
    bool auth_plain = false;
    bool size = false;
};
Extensions extensions_of(const Reply& reply);

}  // namespace avow::mail
