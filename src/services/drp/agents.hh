// SPDX-License-Identifier: Apache-2.0
// The agents of the Data Rights Protocol that the operator trusts, each with the key that its
// messages are signed by, and the tokens that they were given. Tokens are kept as hashes. What an
// operator removes ends at once. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/sign.hh"
#include "sql/connection.hh"

namespace avow::services::drp {

inline constexpr std::size_t kAgentIdMax = 64;     // LIMIT: bytes
inline constexpr std::size_t kAgentNameMax = 100;  // LIMIT: bytes
inline constexpr std::int64_t kTokensKept = 8;     // LIMIT: of one agent; the oldest goes

struct Agent {
    std::string id;    // as the protocol's directory has it
    std::string name;  // customers read it
    crypto::PublicKey key{};
    std::string callback;  // host, or host:port, that statuses are sent to; empty: nowhere
    Time added;
};

class Agents {
  public:
    Agents(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}

    // `key`: base64 of 32 bytes. `invalid` names what is wrong, `conflict` an id that is taken.
    Result<Agent> add(std::string id, std::string name, std::string_view key, std::string callback);
    Result<std::vector<Agent>> list();
    // With its tokens. Its requests go on: they are their customers'. `not_found` without one.
    Status remove(std::string_view id);
    Result<std::optional<Agent>> find(std::string_view id);

    // In the caller's unit: the token's text is for the agent alone.
    Result<std::string> write_token(sql::Writer& unit, std::string_view id);
    // Nothing when the token is none of ours, or its agent was removed.
    Result<std::optional<Agent>> find_by_token(std::string_view token);

  private:
    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace avow::services::drp
