// SPDX-License-Identifier: Apache-2.0
// What an account is known by besides its password.
#pragma once

#include <string>

#include "base/id.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "sql/connection.hh"

namespace avow::services {

struct Account {
    Time created;
    std::string language;
    std::string policy_seen;
};

// Looked up like anybody, so that who does not exist takes as long.
inline CustomerId nobody() {
    return *CustomerId::from_bytes(ByteArray<16>{});
}

// `not_found` when the customer has none.
Result<Account> find_account(sql::Connection& store, const CustomerId& customer);

}  // namespace avow::services
