// SPDX-License-Identifier: Apache-2.0
#include "ledger/pending.hh"

#include "ledger/statements.hh"
#include "ledger/tile.hh"

namespace avow::ledger {

Status append_pending(sql::Writer& unit, const ByteArray<16>& beside, const EntryId& id,
                      std::string_view entry) {
    if (entry.size() > kEntryMax) return Error(Code::too_large, "a ledger entry is too large");
    return unit.execute(statements::append_pending,
                        {ByteView(beside), ByteView(id.bytes()), entry});
}

Result<std::uint64_t> find_index(sql::Connection& store, const EntryId& id) {
    std::optional<std::uint64_t> index;
    bool pending = false;
    const ByteView key(id.bytes());
    TRY_OK(store.read([&](sql::Reader& reader) -> Status {
        TRY_OK(reader.query(statements::find_index, {key}, [&](const sql::Row& row) -> Status {
            index = static_cast<std::uint64_t>(row.integer(0));
            return {};
        }));
        return reader.query(statements::find_pending, {key}, [&](const sql::Row&) -> Status {
            pending = true;
            return {};
        });
    }));
    if (index) return *index;
    if (pending) return Error(Code::unavailable, "the entry is durable and about to be published");
    return Error(Code::not_found, "there is no such entry");
}

}  // namespace avow::ledger
