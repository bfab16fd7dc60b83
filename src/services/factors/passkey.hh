// SPDX-License-Identifier: Apache-2.0
// What a passkey is, whoever holds it: several each, discoverable, named by their holder. One
// stands for a password and a second factor together, for the device asks who it is (W3C Web
// Authentication, level 2). Customers' are in account/passkeys, employees' in staff/staff_passkeys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/personal.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/webauthn.hh"
#include "services/factors/challenges.hh"
#include "sql/connection.hh"

namespace avow::services {

inline constexpr std::size_t kPasskeysMax = 20;     // LIMIT: of one holder
inline constexpr std::size_t kPasskeyNameMax = 60;  // LIMIT: characters

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
    Bytes holder;  // what the browser calls the user handle: the holder's id
    crypto::webauthn::Assertion assertion;
};

// As the store has it: the name is sealed.
struct PasskeyRow {
    Bytes id;
    Bytes credential;
    Bytes name;
    bool backed_up = false;
    Time made;
    std::optional<Time> used;

    Passkey opened(Personal<std::string> name) &&;
};

// What an answer is checked against.
struct KnownPasskey {
    ByteArray<16> id;
    crypto::webauthn::Credential credential;
};

Error no_such_passkey();
// In the same words whatever is not right.
Error passkey_opens_nothing();
// `invalid` at /name.
Status check_passkey_name(std::string_view name);
// What is to be kept. `invalid` by pointer; `conflict` when it is there already or there are too
// many. Uses the challenge up.
Result<crypto::webauthn::Credential> check_new_passkey(Challenges& challenges, ByteView holder,
                                                       const crypto::webauthn::Site& site,
                                                       const NewPasskey& passkey,
                                                       const std::vector<PasskeyRow>& had);
// `denied`; why stands in the log.
Result<crypto::webauthn::Asserted> check_passkey_answer(const crypto::webauthn::Site& site,
                                                        const PasskeyAnswer& answer,
                                                        const KnownPasskey& known);

// By statements whose columns are those of list_passkeys and find_passkey.
Result<std::vector<PasskeyRow>> list_passkeys(sql::Connection& store, std::string_view statement,
                                              ByteView holder);
Result<std::optional<KnownPasskey>> find_passkey(sql::Connection& store, std::string_view statement,
                                                 ByteView holder, ByteView credential);

}  // namespace avow::services
