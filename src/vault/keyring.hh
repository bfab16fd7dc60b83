// SPDX-License-Identifier: Apache-2.0
// Customers' keys: one random key each, wrapped by an epoch key, in a database of its own with a
// rollback journal and secure_delete, because a write-ahead log keeps deleted keys. Destroying a
// row forgets the customer. Thread-safe.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "crypto/key.hh"
#include "sql/connection.hh"
#include "vault/house_keys.hh"

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
                                                   const HouseKeys& house, Random& random);

    // Durable when it returns: a customer's rows are written only after their key is safe.
    Status add(const std::vector<CustomerId>& customers);
    // `not_found` when the customer was erased or never was; `corrupt` when the row was changed.
    Result<CustomerKeysPtr> get(const CustomerId& customer);

  private:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kCachedPerShard = 2048;  // LIMIT: 3 MiB of locked memory in all
    struct Shard {
        std::mutex mutex;
        std::unordered_map<CustomerId, CustomerKeysPtr> keys;
    };

    Keyring(std::unique_ptr<sql::Connection> store, const HouseKeys& house, Random& random)
        : store_(std::move(store)), house_(house), random_(random) {}
    Result<CustomerKeysPtr> load(const CustomerId& customer);
    Shard& shard_of(const CustomerId& customer);

    std::unique_ptr<sql::Connection> store_;
    const HouseKeys& house_;
    Random& random_;
    std::array<Shard, kShards> shards_;
};

}  // namespace avow::vault
