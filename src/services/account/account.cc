// SPDX-License-Identifier: Apache-2.0
#include "services/account/account.hh"

#include <optional>

#include "services/statements.hh"

namespace avow::services {

Result<Account> find_account(sql::Connection& store, const CustomerId& customer) {
    std::optional<Account> found;
    TRY_OK(store.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_account, {ByteView(customer.bytes())},
            [&](const sql::Row& row) -> Status {
                found =
                    Account{{row.integer(1)}, std::string(row.text(2)), std::string(row.text(3))};
                return {};
            });
    }));
    if (!found) return Error(Code::not_found, "this customer has no account");
    return *found;
}

}  // namespace avow::services
