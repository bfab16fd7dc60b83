// SPDX-License-Identifier: Apache-2.0
// The second factor beside a password: codes of an authenticator, and recovery codes for who lost
// it. The secret is sealed, the codes are hashed; each code works once. The holder is told by
// letter of each change. Guessing is the throttle's to slow. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/personal.hh"
#include "gate/gate.hh"
#include "services/letters/letters.hh"
#include "sql/connection.hh"

namespace avow::services {

struct SecondFactorState {
    std::optional<Time> since;  // nothing: a password alone signs in
    std::int64_t recovery_codes = 0;
};

// Shown once, to be read by an authenticator.
struct AuthenticatorOffer {
    std::string secret;
    std::string uri;
};

class SecondFactor {
  public:
    SecondFactor(sql::Connection& store, gate::Gate& gate, Letters& letters, const Clock& clock,
                 Random& random)
        : store_(store), gate_(gate), letters_(letters), clock_(clock), random_(random) {}

    Result<SecondFactorState> state(const CustomerId& customer);
    // A new secret in place of one that was never confirmed; `conflict` when one is in use.
    // `account`: how the authenticator tells this one from others of ours.
    Result<AuthenticatorOffer> offer(const CustomerId& customer, std::string_view account);
    // From now on sign-in asks for codes. The recovery codes. `invalid` at /code.
    Result<std::vector<std::string>> confirm(const CustomerId& customer, std::string_view code);
    // New recovery codes; the former ones end. `conflict` without an authenticator.
    Result<std::vector<std::string>> renew_recovery_codes(const CustomerId& customer);
    // `conflict` when there is none.
    Status remove(const CustomerId& customer);

    // Whether it is a code of the authenticator or a recovery code; it is used up.
    Result<bool> take(const CustomerId& customer, std::string_view code);

    // The authenticator of one customer, sealed for another whose account it becomes.
    struct Moved {
        Bytes sealed;
        Time confirmed;
        std::int64_t last_step = 0;
    };
    Result<std::optional<Moved>> read_for(const CustomerId& from, const CustomerId& to);

    // Within the caller's transaction.
    Status write_moved(sql::Writer& unit, const CustomerId& from, const CustomerId& to,
                       const std::optional<Moved>& moved) const;
    static Status write_forget_all(sql::Writer& unit, const CustomerId& customer);

  private:
    struct Authenticator {
        Bytes sealed;
        std::optional<Time> confirmed;
        std::int64_t last_step;
    };
    Result<std::optional<Authenticator>> find(const CustomerId& customer);
    Result<std::optional<std::int64_t>> step_of(const CustomerId& customer,
                                                const Authenticator& authenticator,
                                                std::string_view code);
    Result<bool> take_recovery_code(const CustomerId& customer, std::string_view code);

    sql::Connection& store_;
    gate::Gate& gate_;
    Letters& letters_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace avow::services
