// SPDX-License-Identifier: Apache-2.0
// Receipts: what a customer keeps of a permission, an objection or a collection, to show later what
// was said, to whom, when and under which words. A receipt is a signed note of two lines, the
// header and canonical JSON (docs/receipts.md), so it checks offline with the ledger's key alone.
// Promises: the same entry gives the same bytes, whenever it is asked for; no value of a field is
// in it. Fields by ISO/IEC TS 27560, and the Kantara Initiative's consent receipt 1.1 beside them.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "gate/gate.hh"
#include "ledger/ledger.hh"
#include "ledger/note.hh"

namespace avow::services {

inline constexpr std::string_view kReceiptHeader = "avow.receipt/v1";
inline constexpr std::size_t kReceiptMax = 64 * 1024;  // LIMIT: bytes of a receipt we read

// Whether entries of this kind have a receipt.
bool has_receipt(ledger::Kind kind);

// `not_found` when the customer has no such entry, or it is one that nobody agreed to.
Result<std::string> receipt_of(gate::Gate& gate, const ledger::Ledger& ledger,
                               const CustomerId& customer, const EntryId& entry);

// The receipt's JSON. `invalid` when it is none; `corrupt` when it is not signed by this key, or
// its ledger entry commits to other details: a changed byte anywhere is one or the other.
Result<boost::json::object> open_receipt(std::string_view receipt, const ledger::VerifierKey& key);

}  // namespace avow::services
