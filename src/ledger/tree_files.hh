// SPDX-License-Identifier: Apache-2.0
// The tree's files: what is published, and the next batch on its way there. Durability order:
// bundles and tiles, each synced with its folders, then the checkpoint by temp, sync, rename, sync.
// Partial tiles of an older size go only after the newer checkpoint is durable. Reading is
// thread-safe; only the sequencer writes.
#pragma once

#include <filesystem>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "ledger/note.hh"
#include "ledger/tile.hh"
#include "ledger/tree.hh"

namespace avow::ledger {

class TreeFiles {
  public:
    // `corrupt` when files and checkpoint do not fit, or the checkpoint is not of this key.
    static Result<std::unique_ptr<TreeFiles>> create(std::filesystem::path folder,
                                                     std::string origin, crypto::SigningKey key);

    // Adds entries to the tree and publishes it. On error nothing new is published.
    Status add(const std::vector<std::string>& entries);

    std::uint64_t size() const;
    Hash root() const;
    std::string checkpoint() const;
    std::string verifier_key() const;
    std::string sign(std::string_view body) const;         // as a note
    Result<std::string> read(const TileName& name) const;  // `not_found` beyond the published size
    Result<Hash> leaf(std::uint64_t index) const;
    Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, CheckpointText& checkpoint,
                                              std::string& note) const;

  private:
    TreeFiles(std::filesystem::path folder, std::string origin, crypto::SigningKey key)
        : folder_(std::move(folder)), origin_(std::move(origin)), key_(std::move(key)) {}
    Status load();
    Status write_tile(const TileName& name, std::string_view content,
                      std::set<std::filesystem::path>& folders);
    void remove_partials(std::uint64_t old_size, std::uint64_t new_size);
    Result<std::string> read_at(const TileName& name, std::uint64_t size) const;
    ReadTile reader() const;

    std::filesystem::path folder_;
    std::string origin_;
    crypto::SigningKey key_;
    Edge edge_;                        // the sequencer's
    std::string bundle_;               // entries of the partial bundle
    mutable std::shared_mutex mutex_;  // guards published_, note_ and the removal of partial tiles
    CheckpointText published_;
    std::string note_;
};

}  // namespace avow::ledger
