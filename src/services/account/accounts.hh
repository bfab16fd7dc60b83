// SPDX-License-Identifier: Apache-2.0
// Customers' accounts: sign up, sign in, sign out. The address itself is sealed behind the gate; an
// account knows its customer and the hash of a password. Enforced of a password: length and that it
// is not the address (standards.md, Passwords); its composition is advice. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "base/result.hh"
#include "crypto/password.hh"
#include "gate/gate.hh"
#include "services/bearer.hh"

namespace avow::services {

inline constexpr std::size_t kPasswordMin = 12;   // LIMIT: characters
inline constexpr std::size_t kPasswordMax = 128;  // LIMIT: characters
inline constexpr std::int64_t kSessionIdleMs = 30 * kMinuteMs;
inline constexpr std::int64_t kSessionLifeMs = 12 * kHourMs;

struct SignUp {
    Personal<std::string> email;
    Personal<std::string> password;
    std::optional<Personal<std::string>> name;
    std::string language;
    std::string policy_version;
    std::vector<gate::PermissionChoice> permissions;
    std::optional<gate::Once> once;
};

struct Session {
    CustomerId customer;
    Time created;
    Time seen;
};

struct SignedIn {
    CustomerId customer;
    std::string session;  // the cookie's value, known to nobody but its holder
};

struct Account {
    Time created;
    std::string language;
    std::string policy_seen;
};

class Accounts {
  public:
    static Result<std::unique_ptr<Accounts>> create(sql::Connection& store, gate::Gate& gate,
                                                    const Clock& clock, Random& random);

    // `invalid` by pointer; `denied` when the address cannot be used; `conflict` on a stale policy.
    Result<SignedIn> sign_up(SignUp form);
    // `denied`, in the same words and the same time, for a wrong address and a wrong password.
    Result<SignedIn> sign_in(const Personal<std::string>& email,
                             const Personal<std::string>& password);
    Status sign_out(std::string_view session);
    // Nothing when there is no such session or its time is over.
    Result<std::optional<Session>> find_session(std::string_view session);
    Result<Account> get(const CustomerId& customer);
    Status note_policy_seen(const CustomerId& customer, std::string_view version);

  private:
    Accounts(sql::Connection& store, gate::Gate& gate, const Clock& clock, Random& random)
        : store_(store), gate_(gate), clock_(clock), random_(random) {}
    Result<std::string> password_hash(const CustomerId& customer);
    // Account and sessions are removed in the same step as an erased customer.
    void go_with_the_customer();
    void forget_sessions(const CustomerId& customer);
    Result<SignedIn> begin_session(const CustomerId& customer);
    Result<std::optional<Session>> load_session(const crypto::Hash& hash);
    bool is_over(const Session& session) const;

    sql::Connection& store_;
    gate::Gate& gate_;
    const Clock& clock_;
    Random& random_;
    crypto::PasswordHasher hasher_;
    static constexpr std::size_t kKeptSessions = 16'384;  // LIMIT
    std::mutex mutex_;                                    // guards kept_ and ended_
    std::uint64_t ended_ = 0;                             // counts ends of sessions
    std::unordered_map<std::string, Session> kept_;       // by hash: asked for at each call
};

}  // namespace avow::services
