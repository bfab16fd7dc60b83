// SPDX-License-Identifier: Apache-2.0
// Machine tokens and their roles (api.md, Conventions): made by the operator, shown once, stored
// hashed, revocable. A role is a set of capabilities; a token is a system actor. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "services/bearer.hh"
#include "sql/connection.hh"

namespace avow::services {

// Of employees and machines; `telephone`, which tells that a call rings, is of machines alone.
const std::vector<std::string>& roles();
const std::vector<std::string>& token_roles();

struct Token {
    TokenId id;
    std::string role;
    std::string name;
    Time created;
    std::optional<Time> revoked;
};

struct NewToken {
    TokenId id;
    std::string secret;
};

class Tokens {
  public:
    static Result<std::unique_ptr<Tokens>> create(sql::Connection& store, const Clock& clock,
                                                  Random& random);

    // `invalid` with the nearest role when there is no such one.
    Result<NewToken> make(std::string_view role, std::string_view name);
    Result<std::vector<Token>> list();
    Status revoke(const TokenId& id);
    // Nothing when the secret is none of ours or was revoked.
    Result<std::optional<Token>> find(std::string_view secret);

  private:
    Tokens(sql::Connection& store, const Clock& clock, Random& random)
        : store_(store), clock_(clock), random_(random) {}
    sql::Connection& store_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;  // guards known_ and revocations_
    std::uint64_t revocations_ = 0;
    std::unordered_map<std::string, Token>
        known_;  // by hash: tokens are few and asked for at each call
};

}  // namespace avow::services
