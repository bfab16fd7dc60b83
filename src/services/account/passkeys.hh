// SPDX-License-Identifier: Apache-2.0
// Passkeys of the customers: several each, discoverable, named by their holder (sealed). One stands
// for a password and a second factor together, for the device asks who it is. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/personal.hh"
#include "crypto/webauthn.hh"
#include "gate/gate.hh"
#include "services/account/challenges.hh"
#include "services/letters/letters.hh"
#include "sql/connection.hh"

namespace avow::services {

struct Passkey {
    std::string id;  // names it to its holder; cannot be used as one
    Bytes credential;
    Personal<std::string> name;
    Time made;
    std::optional<Time> used;
    bool backed_up = false;  // a copy lies with the maker of the device
};

struct NewPasskey {
    Personal<std::string> name;
    Bytes challenge;
    crypto::webauthn::Registration registration;
};

struct PasskeyAnswer {
    Bytes challenge;
    Bytes credential;
    Bytes holder;  // what the browser calls the user handle: the customer's id
    crypto::webauthn::Assertion assertion;
};

class Passkeys {
  public:
    static constexpr std::size_t kPerCustomer = 20;  // LIMIT
    static constexpr std::size_t kNameMax = 60;      // LIMIT: characters

    Passkeys(sql::Connection& store, gate::Gate& gate, Letters& letters, const Clock& clock,
             Random& random)
        : store_(store),
          gate_(gate),
          letters_(letters),
          clock_(clock),
          random_(random),
          challenges_(clock, random) {}

    Bytes make_challenge(Ceremony ceremony, const CustomerId& customer) {
        return challenges_.make(ceremony, customer);
    }
    // The oldest first.
    Result<std::vector<Passkey>> list(const CustomerId& customer);
    // `invalid` by pointer; `conflict` when it is there already or there are too many. The holder
    // is told by letter, as of each change.
    Status add(const CustomerId& customer, const crypto::webauthn::Site& site, NewPasskey passkey);
    // `not_found` when this customer has no such passkey.
    Status rename(const CustomerId& customer, std::string_view id,
                  const Personal<std::string>& name);
    Status remove(const CustomerId& customer, std::string_view id);

    // Who answered. `denied`, in the same words, whatever is not right. `ceremony`: sign_in, with
    // nobody as `asked`, or step_up.
    Result<CustomerId> prove(Ceremony ceremony, const CustomerId& asked,
                             const crypto::webauthn::Site& site, const PasskeyAnswer& answer);

    // Within the caller's transaction.
    static Status write_forget_all(sql::Writer& unit, const CustomerId& customer);

  private:
    struct Known {
        ByteArray<16> id;
        crypto::webauthn::Credential credential;
    };
    Result<std::optional<Known>> find(const CustomerId& customer, ByteView credential);
    Status note_used(const CustomerId& customer, const Known& known,
                     const crypto::webauthn::Asserted& proved);
    Result<Bytes> seal_name(const CustomerId& customer, ByteView id,
                            const Personal<std::string>& name);

    sql::Connection& store_;
    gate::Gate& gate_;
    Letters& letters_;
    const Clock& clock_;
    Random& random_;
    Challenges challenges_;
};

}  // namespace avow::services
