// SPDX-License-Identifier: Apache-2.0
// What every ledger does with the store before and after the tree: pending entries and the index.
#pragma once

#include "base/id.hh"
#include "base/result.hh"
#include "sql/connection.hh"

namespace avow::ledger {

// `beside`: the customer's id, or for entries of nobody their own.
Status append_pending(sql::Writer& unit, const ByteArray<16>& beside, const EntryId& id,
                      std::string_view entry);

// `not_found` for an unknown id, `unavailable` while it is pending.
Result<std::uint64_t> find_index(sql::Connection& store, const EntryId& id);

}  // namespace avow::ledger
