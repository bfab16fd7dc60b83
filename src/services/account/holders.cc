// SPDX-License-Identifier: Apache-2.0
// Whose account an address is: of the one who showed that they read its mail, and beside that of
// whoever signed up with it last and has yet to show it (decision 0064).
#include "base/domain.hh"
#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {

crypto::Hash Accounts::address_hash(const Personal<std::string>& email) const {
    auto folded = folded_address(email.reveal(gate_.own_data_token()));
    const auto hash = gate_.blind("sign-up", as_bytes(folded));
    wipe(folded.data(), folded.size());
    return hash;
}

// The same look-ups whether there is somebody or not, so that their time tells nothing.
Result<Accounts::Holders> Accounts::holders_of(const Personal<std::string>& email) {
    Holders found;
    TRY(found.indexed, gate_.find_by_address(email));
    const auto hash = address_hash(email);
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_sign_up, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                found.newest = CustomerId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    const auto indexed = found.indexed.value_or(nobody());
    TRY(const auto password, password_hash(indexed));
    TRY(const auto proved, address_proved(indexed));
    if (password.empty()) return found;
    if (proved) {
        found.proved = indexed;
    } else if (!found.newest) {
        found.newest = indexed;
    }
    return found;
}

}  // namespace avow::services
