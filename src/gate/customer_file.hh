// SPDX-License-Identifier: Apache-2.0
// All we know of one customer at one revision, still sealed. Immutable once read: shared by
// requests and kept by revision, so that the common use costs one row to see that nothing changed.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "gate/erasure.hh"
#include "policy/decide.hh"
#include "vault/vault.hh"

namespace avow::gate {

struct FiledCollection {
    CollectionId id;
    std::string channel_name;
    policy::PolicyPtr policy;
    policy::ChannelIndex channel;
    std::vector<std::string> purpose_names;
    policy::PurposeSet stated;  // by `policy`
    Time at;
};

struct FiledPermission {
    std::string purpose;
    Said said = Said::no;
    Time since;
    EntryId entry;
};

struct FiledHold {
    HoldId id;
    Hold::Kind kind = Hold::Kind::legal_hold;
    std::optional<CollectionId> collection;
    Time since;
    Bytes sealed;  // the reason
};

struct CustomerFile {
    vault::CustomerKeysPtr keys;
    vault::CustomerRow row;
    std::vector<FiledCollection> collections;
    std::vector<vault::Datum> data;
    std::vector<FiledPermission> permissions;
    std::vector<FiledHold> holds;
    std::vector<std::string> erased_fields;  // that were held once

    bool was_erased(std::string_view field) const;
    const FiledCollection* find_collection(const CollectionId& id) const;
    const FiledPermission* find_permission(std::string_view purpose) const;
    policy::CustomerFacts facts(const policy::Policy& in_force) const;
    policy::DatumFacts facts(const FiledCollection& collection) const;
};

// What a yes or no makes of what stands (null: nothing). A yes among others, as on a form, does not
// answer a signal; a yes to this very purpose does.
enum class Meant { for_this_purpose, among_others };
Said said_by(const FiledPermission* standing, const PermissionChoice& choice, Meant meant);

using CustomerFilePtr = std::shared_ptr<const CustomerFile>;

// The columns of a row that its mark covers.
Bytes collection_columns(const CollectionId& id, std::string_view channel, std::string_view version,
                         std::string_view purposes, Time at);
Bytes permission_columns(std::string_view purpose, Said said, Time since, const EntryId& entry);

class FileCache {
  public:
    CustomerFilePtr find(const CustomerId& customer, std::int64_t revision);
    // Whatever revision is kept: for those who check in their unit that it still stands.
    CustomerFilePtr find_any(const CustomerId& customer);
    // Not kept when anybody was dropped since `seen` = drops() was read: it may be this customer.
    void keep(CustomerFilePtr file, std::uint64_t seen);
    std::uint64_t drops() const { return drops_.load(); }
    void drop(const CustomerId& customer);

  private:
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kPerShard = 1024;  // LIMIT: about 32 MiB in all, all of it sealed
    struct Shard {
        std::mutex mutex;
        std::unordered_map<CustomerId, CustomerFilePtr> files;
    };
    Shard& shard_of(const CustomerId& customer);
    std::array<Shard, kShards> shards_;
    std::atomic<std::uint64_t> drops_{0};
};

}  // namespace avow::gate
