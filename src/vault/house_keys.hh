// SPDX-License-Identifier: Apache-2.0
// The keys above the customers' keys (standards.md, Sealing): a master key that the operator holds
// wraps monthly epoch keys and the few keys of the whole house, each in a file of its own outside
// every database. Threads: const calls from any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/random.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "crypto/key.hh"

namespace avow::vault {

// Where the master key comes from: a file (mode 0600, 64 hex digits), or a command that prints it.
struct MasterSource {
    std::filesystem::path file;
    std::string command;  // used instead of the file when not empty
};

enum class IfAbsent { create, refuse };
// `denied` when the file can be read by others, `not_found` when it is missing, `invalid` when it
// holds anything but a key. The words name the file and the mend.
Result<crypto::Key> read_master_key(const MasterSource& source, IfAbsent if_absent, Random& random);

class HouseKeys {
  public:
    // Opens or makes the key files in `folder`. `denied` when the master key does not fit them.
    static Result<HouseKeys> create(const std::filesystem::path& folder, crypto::Key master,
                                    Time now, Random& random);

    std::uint32_t current_epoch() const { return epochs_.rbegin()->first; }  // as 202611
    const crypto::Key* find_epoch(std::uint32_t epoch) const;
    const crypto::Key& index_key() const { return index_; }     // of the blind index
    const crypto::Key& ledger_seed() const { return ledger_; }  // of the ledger's signature

  private:
    HouseKeys(crypto::Key index, crypto::Key ledger)
        : index_(std::move(index)), ledger_(std::move(ledger)) {}
    std::map<std::uint32_t, crypto::Key> epochs_;
    crypto::Key index_;
    crypto::Key ledger_;
};

}  // namespace avow::vault
