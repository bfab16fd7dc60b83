// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.hh"

#include "ledger/own_ledger.hh"
#include "ledger/shared_ledger.hh"
#include "ledger/statements.hh"

namespace avow::ledger {

Result<std::unique_ptr<Ledger>> Ledger::create(sql::Connection& store, Options options,
                                               crypto::SigningKey key) {
    TRY_OK(store.migrate("ledger",
                         {statements::schema_1, statements::schema_2, statements::schema_3}));
    if (store.is_shared()) return open_shared_ledger(store, std::move(options), std::move(key));
    return open_own_ledger(store, std::move(options), std::move(key));
}

std::string Ledger::sign_statement(std::string_view header, std::string_view line) const {
    return sign(std::string(header) + "\n" + std::string(line) + "\n");
}

Fetch fetch_from(const Ledger& ledger) {
    return [&ledger](std::string_view path) -> Result<std::string> {
        if (path == "checkpoint") return ledger.checkpoint().note;
        return ledger.read_tile(path);
    };
}

}  // namespace avow::ledger
