// SPDX-License-Identifier: Apache-2.0
// The keys above the customers' keys (standards.md, Sealing): a master key that the operator holds
// wraps monthly epoch keys and the few keys of the whole house, each in a file of its own outside
// every database. Threads: const calls from any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/key.hh"

namespace avow::vault {

using KeyPtr = std::shared_ptr<const crypto::Key>;  // shared: an epoch may end while it is in use

class HouseKeys {
  public:
    // Opens or makes the key files in `folder`; a new month begins a new epoch. `denied` when the
    // master key does not fit them.
    static Result<std::unique_ptr<HouseKeys>> create(const std::filesystem::path& folder,
                                                     crypto::Key master, Time now, Random& random);

    // YYYYMMNN: the NNth of its month.
    std::uint32_t current_epoch() const;
    KeyPtr find_epoch(std::uint32_t epoch) const;
    std::vector<std::uint32_t> epochs() const;  // oldest first
    bool month_is_over(Time now) const;
    // Durable: the new epoch wraps from now on, the older ones still open.
    Result<std::uint32_t> begin_epoch(Time now);
    // Overwritten, removed, synced: whatever the epoch still wrapped is gone for good.
    Status destroy_epoch(std::uint32_t epoch);

    const crypto::Key& index_key() const { return index_; }     // of the blind index
    const crypto::Key& ledger_seed() const { return ledger_; }  // of the ledger's signature
    const crypto::Key& backup_key() const { return backup_; }   // of backups: follows the master

  private:
    HouseKeys(std::filesystem::path folder, crypto::Key master, crypto::Key index,
              crypto::Key ledger, crypto::Key backup, Random& random);
    Status open_epochs();
    Status add_epoch(std::uint32_t epoch);

    std::filesystem::path folder_;
    crypto::Key master_;
    crypto::Key index_;
    crypto::Key ledger_;
    crypto::Key backup_;
    Random& random_;
    mutable std::mutex mutex_;  // guards epochs_
    std::map<std::uint32_t, KeyPtr> epochs_;
};

// What backups are sealed with, from the master key alone: a restore starts with nothing else.
crypto::Key backup_key_of(const crypto::Key& master);

}  // namespace avow::vault
