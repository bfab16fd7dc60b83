// SPDX-License-Identifier: Apache-2.0
// One question to one ClickHouse server, over HTTP on a connection of its own. Blocks, for as long
// as it is allowed to.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hh"
#include "traffic/clickhouse/answers.hh"

namespace avow::traffic::clickhouse {

struct Address {
    std::string host;
    std::string port;
    std::string text() const;  // "host:port"
    friend bool operator==(const Address&, const Address&) = default;
};
// "http://db1:8123, http://[::1]:8124": separated by commas, 8123 when no port stands there.
Result<std::vector<Address>> parse_addresses(std::string_view text);

struct Login {
    std::string user;
    std::string password;
};

struct Ask {
    std::map<std::string, std::string> parameters;  // of the address
    std::string body;
    std::string content_type = "text/plain";
};

// The body of a 200. `unavailable` when the server cannot be reached, is not done in time or is
// overloaded; what it says stands in the cause.
Result<std::string> ask(const Address& address, const Login& login, const Ask& question,
                        std::chrono::milliseconds patience);

}  // namespace avow::traffic::clickhouse
