// SPDX-License-Identifier: Apache-2.0
// The ledger of one node with a store of its own: the tree is files.
#pragma once

#include "ledger/ledger.hh"

namespace avow::ledger {

Result<std::unique_ptr<Ledger>> open_own_ledger(sql::Connection& store, Options options,
                                                crypto::SigningKey key);

}  // namespace avow::ledger
