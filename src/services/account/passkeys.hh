// SPDX-License-Identifier: Apache-2.0
// Passkeys of the customers; their names are sealed under the holder's key. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hh"
#include "gate/gate.hh"
#include "services/factors/passkey.hh"
#include "services/letters/letters.hh"
#include "sql/connection.hh"

namespace avow::services {

class Passkeys {
  public:
    Passkeys(sql::Connection& store, gate::Gate& gate, Letters& letters, const Clock& clock,
             Random& random)
        : store_(store),
          gate_(gate),
          letters_(letters),
          clock_(clock),
          random_(random),
          challenges_(clock, random) {}

    // Nobody in particular for signing in, where it is not known yet who will.
    Bytes make_challenge(Ceremony ceremony, const std::optional<CustomerId>& customer) {
        return challenges_.make(ceremony, customer ? ByteView(customer->bytes()) : ByteView());
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

    // Who answered. `denied`, in the same words, whatever is not right. `asked`: who is to step up;
    // nobody in particular for signing in.
    Result<CustomerId> prove(const std::optional<CustomerId>& asked,
                             const crypto::webauthn::Site& site, const PasskeyAnswer& answer);

    // Within the caller's transaction.
    static Status write_forget_all(sql::Writer& unit, const CustomerId& customer);

  private:
    Status note_used(const CustomerId& customer, const KnownPasskey& known,
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
