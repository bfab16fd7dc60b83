// SPDX-License-Identifier: Apache-2.0
// Taking the published tree elsewhere, and a store back to it. What was published is never taken
// back: a restored store is older than the tree, and the tree stays as the world has seen it.
#pragma once

#include <functional>
#include <string_view>

#include "ledger/ledger.hh"

namespace avow::ledger {

// Every tile of one checkpoint and then the checkpoint, by their paths below the ledger's folder,
// while the ledger goes on growing.
Status copy_published(
    const Ledger& ledger,
    const std::function<Status(std::string_view path, std::string_view content)>& take);

// Before Ledger::create on a restored store: entries that were pending in it and are in the tree
// get their index; leaves that it never knew stay without one. `corrupt` when the tree is older
// than the store.
Status adopt_tree(sql::Connection& store, const Options& options, crypto::SigningKey key,
                  Random& random);

}  // namespace avow::ledger
