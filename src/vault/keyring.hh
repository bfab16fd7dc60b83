// SPDX-License-Identifier: Apache-2.0
// Customers' keys: one random key each, wrapped by an epoch key, in a file of their own
// (key_file.hh). Destroying a key forgets the customer; destroying an epoch's key, after the
// survivors were wrapped anew, also forgets what a disk or a backup kept of the old file.
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "crypto/key.hh"
#include "vault/house_keys.hh"
#include "vault/key_file.hh"

namespace avow::vault {

// What a customer's key is split into, derived once: no derivation per record.
struct CustomerKeys {
    CustomerId customer;
    crypto::Key seal;    // of sealed fields and openings
    crypto::Key ledger;  // of blinded ids in the ledger
    crypto::Key mark;    // of the marks on rows that are not sealed
};
using CustomerKeysPtr =
    std::shared_ptr<const CustomerKeys>;  // shared: cached, and in use meanwhile

class Keyring {
  public:
    static Result<std::unique_ptr<Keyring>> create(const std::filesystem::path& file,
                                                   OpenFile::IfAbsent if_absent, HouseKeys& house,
                                                   Random& random);

    const ByteArray<16>& id() const { return file_->id(); }
    // Durable when it returns: a customer's rows are written only after their key is safe.
    Status add(const std::vector<CustomerId>& customers);
    // `not_found` when the customer was erased or never was; `corrupt` when the slot was changed.
    Result<CustomerKeysPtr> get(const CustomerId& customer);
    bool holds(const CustomerId& customer) const { return file_->holds(customer); }
    // Durable when it returns: nothing sealed for this customer can be opened again. Forgetting
    // whom one does not know is done already.
    Status forget(const CustomerId& customer);

    struct Standing {
        std::uint32_t epoch = 0;                         // the current one
        std::map<std::uint32_t, std::uint64_t> wrapped;  // customers' keys by the epoch's key
        std::vector<std::uint32_t> epochs;               // whose key files are there
        std::uint64_t keys = 0;
        std::uint64_t damaged = 0;
    };
    Standing standing() const;

    // Keys added from now on are wrapped by a new epoch's key.
    Result<std::uint32_t> begin_epoch(Time now);
    // Wraps keys of older epochs with the current one's, a batch at a time while others read and
    // write, then destroys the older epochs' key files. Goes on where a crash left it, because a
    // slot says itself which epoch wraps it. `keep_on` is asked between batches.
    using KeepOn = std::function<bool(std::uint64_t done, std::uint64_t of)>;
    Status rewrap(const KeepOn& keep_on);

    // For a backup: while the lock lives no epoch ends, and reads fall between writes.
    std::unique_lock<std::mutex> hold_still() { return std::unique_lock(rewrapping_); }
    std::uint64_t file_size() const { return file_->size(); }
    Result<std::size_t> read_file_at(std::uint64_t position, std::span<std::uint8_t> out) const {
        return file_->read_at(position, out);
    }

  private:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kCachedPerShard = 2048;  // LIMIT: 3 MiB of locked memory in all
    struct Shard {
        std::mutex mutex;
        std::unordered_map<CustomerId, CustomerKeysPtr> keys;
    };

    Keyring(std::unique_ptr<KeyFile> file, HouseKeys& house, Random& random)
        : file_(std::move(file)), house_(house), random_(random) {}
    Result<crypto::Key> unwrap(const WrappedKey& wrapped) const;
    WrappedKey wrap(const CustomerId& customer, const crypto::Key& key, std::uint32_t epoch,
                    const crypto::Key& epoch_key);
    Result<CustomerKeysPtr> load(const CustomerId& customer);
    Status rewrap_all(std::uint32_t epoch, const KeepOn& keep_on);
    Status destroy_unused_epochs(std::uint32_t current);
    Shard& shard_of(const CustomerId& customer);

    std::unique_ptr<KeyFile> file_;
    HouseKeys& house_;
    Random& random_;
    std::shared_mutex epoch_mutex_;            // held by those who wrap with the current epoch
    std::mutex rewrapping_;                    // one rotation at a time
    std::atomic<std::uint64_t> forgotten_{0};  // counts: a key loaded meanwhile is not kept
    std::array<Shard, kShards> shards_;
};

}  // namespace avow::vault
