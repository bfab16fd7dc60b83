// SPDX-License-Identifier: Apache-2.0
// The ledger of many nodes on one store: the tree is rows, one node at a time sequences.
#pragma once

#include "ledger/ledger.hh"

namespace avow::ledger {

Result<std::unique_ptr<Ledger>> open_shared_ledger(sql::Connection& store, Options options,
                                                   crypto::SigningKey key);

}  // namespace avow::ledger
