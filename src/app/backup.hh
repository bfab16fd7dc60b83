// SPDX-License-Identifier: Apache-2.0
// Backup and restore (docs/backup.md). Two archives, sealed by a key that follows from the master
// key: the store with the ledger, and apart from them the keyring with the epoch keys. Neither
// lives longer than gate::kKeyringBackupsMs; the erasure journal is in none of them, so that a
// restore erases again whom it would bring back.
#pragma once

#include <filesystem>

#include "app/commands.hh"
#include "app/house.hh"

namespace avow::app {

struct BackedUp {
    std::filesystem::path store;
    std::filesystem::path keyring;
    std::uint64_t bytes = 0;
    std::uint64_t pruned = 0;  // archives that were too old
};
// While the house serves. Each archive is read back before it counts; a crash leaves none half.
Result<BackedUp> back_up(House& house, const std::filesystem::path& to,
                         const std::filesystem::path& keyring_to);

struct RestoreOptions {
    std::filesystem::path data;
    std::filesystem::path store;
    std::filesystem::path keyring;
    std::filesystem::path journal;  // empty: the one in the data directory
    std::filesystem::path ledger;   // a folder that survived and is newer than the backup's
    bool journal_lost = false;
};
// Into a data directory that holds no store. Erases again before it returns. A crash on the way
// leaves a directory that nothing serves; the same command does it again.
Result<int> restore(const RestoreOptions& options, Output output);

Result<int> backup(const std::filesystem::path& data, const std::filesystem::path& to,
                   const std::filesystem::path& keyring_to, Output output);

// What a restore that is under way, or was cut, keeps in the data directory.
inline constexpr const char* kRestoring = "restoring";

}  // namespace avow::app
