// SPDX-License-Identifier: Apache-2.0
#include "gate/customer_file.hh"

#include <algorithm>

#include "base/text.hh"
#include "gate/gate.hh"
#include "gate/statements.hh"

namespace avow::gate {
namespace {

void append_text(Bytes& to, std::string_view text) {
    append_be32(to, static_cast<std::uint32_t>(text.size()));
    to.insert(to.end(), text.begin(), text.end());
}

Result<FiledCollection> read_collection(const sql::Row& row, const vault::Vault& vault,
                                        const vault::CustomerKeys& keys,
                                        const PolicyBook& policies) {
    const auto id = CollectionId::from_bytes(row.blob(0));
    if (!id) return Error(Code::corrupt, "a collection has a damaged id");
    const Time at{row.integer(4)};
    TRY_OK(vault.check_mark(keys,
                            {as_bytes("collections"),
                             collection_columns(*id, row.text(1), row.text(2), row.text(3), at)},
                            row.blob(5)));
    FiledCollection filed{*id, std::string(row.text(1)), policies.find(row.text(2)), {}, {}, {},
                          at};
    if (filed.policy == nullptr)
        return Error(Code::corrupt, "a collection names an unknown policy");
    const auto channel = filed.policy->find_channel(filed.channel_name);
    if (!channel) return Error(Code::corrupt, "a collection names an unknown channel");
    filed.channel = *channel;
    for (const auto name : split(row.text(3), ' ')) {
        const auto purpose = filed.policy->find_purpose(name);
        if (!purpose) return Error(Code::corrupt, "a collection names an unknown purpose");
        filed.stated.set(purpose->value);
        filed.purpose_names.emplace_back(name);
    }
    return filed;
}

Result<FiledPermission> read_permission(const sql::Row& row, const vault::Vault& vault,
                                        const vault::CustomerKeys& keys) {
    const auto entry = EntryId::from_bytes(row.blob(3));
    if (!entry) return Error(Code::corrupt, "a permission has a damaged id");
    const auto said = row.integer(1);
    if (said < 0 || said > static_cast<std::int64_t>(Said::yes_after_signal))
        return Error(Code::corrupt, "a permission says what none can say");
    const FiledPermission filed{
        std::string(row.text(0)), static_cast<Said>(said), {row.integer(2)}, *entry};
    TRY_OK(vault.check_mark(keys,
                            {as_bytes("permissions"), permission_columns(filed.purpose, filed.said,
                                                                         filed.since, filed.entry)},
                            row.blob(4)));
    return filed;
}

Result<FiledHold> read_hold(const sql::Row& row) {
    const auto id = HoldId::from_bytes(row.blob(0));
    const auto kind = hold_kind_from(row.text(2));
    const auto collection = CollectionId::from_bytes(row.blob(1));
    if (!id || !kind || (!collection && !row.blob(1).empty())) {
        return Error(Code::corrupt, "a hold has a damaged id or kind");
    }
    return FiledHold{*id, *kind, collection, {row.integer(3)}, to_bytes(row.blob(4))};
}

}  // namespace

Bytes collection_columns(const CollectionId& id, std::string_view channel, std::string_view version,
                         std::string_view purposes, Time at) {
    Bytes columns = to_bytes(id.bytes());
    append_text(columns, channel);
    append_text(columns, version);
    append_text(columns, purposes);
    append_be64(columns, static_cast<std::uint64_t>(at.ms));
    return columns;
}

Bytes permission_columns(std::string_view purpose, Said said, Time since, const EntryId& entry) {
    Bytes columns = to_bytes(entry.bytes());
    append_text(columns, purpose);
    columns.push_back(static_cast<std::uint8_t>(said));
    append_be64(columns, static_cast<std::uint64_t>(since.ms));
    return columns;
}

const FiledCollection* CustomerFile::find_collection(const CollectionId& id) const {
    const auto found = std::find_if(collections.begin(), collections.end(),
                                    [&](const auto& collection) { return collection.id == id; });
    return found == collections.end() ? nullptr : &*found;
}

const FiledPermission* CustomerFile::find_permission(std::string_view purpose) const {
    const auto found =
        std::find_if(permissions.begin(), permissions.end(),
                     [&](const auto& permission) { return permission.purpose == purpose; });
    return found == permissions.end() ? nullptr : &*found;
}

policy::CustomerFacts CustomerFile::facts(const policy::Policy& in_force) const {
    policy::CustomerFacts facts;
    for (const auto& permission : permissions) {
        const auto purpose = in_force.find_purpose(permission.purpose);
        if (!purpose) continue;
        const bool signalled =
            permission.said == Said::yes_overruled || permission.said == Said::signal_alone;
        if (is_yes(permission.said)) {
            facts.permitted.set(purpose->value);
        } else if (signalled || in_force[*purpose].basis != policy::Basis::permission) {
            // Said when it rested on an interest: it stands, whatever the purpose rests on now.
            facts.objected.set(purpose->value);
        }
    }
    return facts;
}

policy::DatumFacts CustomerFile::facts(const FiledCollection& collection) const {
    policy::DatumFacts facts;
    facts.collected_under = collection.policy.get();
    facts.channel = collection.channel;
    facts.stated = collection.stated;
    facts.collected = collection.at;
    facts.closed = row.state == vault::CustomerRow::State::closed;
    const auto& channel = (*collection.policy)[collection.channel];
    bool refused_one = false;
    bool permitted_one = false;
    for (const auto& permission : permissions) {
        const auto purpose = collection.policy->find_purpose(permission.purpose);
        if (!purpose || !channel.purposes[purpose->value]) continue;
        // A signal asks not to be used, and for no erasure: only the customer's own word ends what
        // is kept until a permission is withdrawn.
        if (permission.said == Said::no) refused_one = true;
        if (is_yes(permission.said) || permission.said == Said::yes_overruled) permitted_one = true;
    }
    facts.withdrawn = refused_one && !permitted_one;
    return facts;
}

FileCache::Shard& FileCache::shard_of(const CustomerId& customer) {
    return shards_[std::hash<CustomerId>()(customer) % kShards];
}

CustomerFilePtr FileCache::find_any(const CustomerId& customer) {
    auto& shard = shard_of(customer);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.files.find(customer);
    return found == shard.files.end() ? nullptr : found->second;
}

CustomerFilePtr FileCache::find(const CustomerId& customer, std::int64_t revision) {
    auto kept = find_any(customer);
    return kept != nullptr && kept->row.revision == revision ? kept : nullptr;
}

void FileCache::keep(CustomerFilePtr file, std::uint64_t seen) {
    auto& shard = shard_of(file->keys->customer);
    const std::lock_guard lock(shard.mutex);
    if (drops_.load() != seen) return;
    if (shard.files.size() >= kPerShard) shard.files.erase(shard.files.begin());
    shard.files.insert_or_assign(file->keys->customer, std::move(file));
}

void FileCache::drop(const CustomerId& customer) {
    ++drops_;
    auto& shard = shard_of(customer);
    const std::lock_guard lock(shard.mutex);
    shard.files.erase(customer);
}

bool CustomerFile::was_erased(std::string_view field) const {
    return std::find(erased_fields.begin(), erased_fields.end(), field) != erased_fields.end();
}

Result<Gate::FilePtr> Gate::file_of(sql::Reader& reader, const CustomerId& customer) {
    const auto drops = cache_->drops();
    TRY(auto keys, vault_.keyring().get(customer));
    TRY(const auto row, vault_.get_customer(reader, *keys));
    if (auto kept = cache_->find(customer, row.revision)) return kept;
    TRY(auto file, whole_file(reader, std::move(keys), row));
    cache_->keep(file, drops);
    return file;
}

Result<Gate::FilePtr> Gate::file_in_unit(sql::Reader& reader, const CustomerId& customer) {
    TRY(auto keys, vault_.keyring().get(customer));
    TRY(const auto row, vault_.get_customer(reader, *keys));
    if (auto kept = cache_->find(customer, row.revision)) return kept;
    return whole_file(reader, std::move(keys), row);
}

Result<Gate::FilePtr> Gate::whole_file(sql::Reader& reader, vault::CustomerKeysPtr keys,
                                       const vault::CustomerRow& row) {
    auto file = std::make_shared<CustomerFile>(CustomerFile{keys, row, {}, {}, {}, {}, {}});
    const auto& customer = keys->customer;
    const ByteView id(customer.bytes());
    TRY_OK(reader.query(statements::read_collections, {id}, [&](const sql::Row& found) -> Status {
        TRY(auto collection, read_collection(found, vault_, *keys, policies_));
        file->collections.push_back(std::move(collection));
        return {};
    }));
    TRY_OK(reader.query(statements::read_permissions, {id}, [&](const sql::Row& found) -> Status {
        TRY(auto permission, read_permission(found, vault_, *keys));
        file->permissions.push_back(std::move(permission));
        return {};
    }));
    TRY(file->data, vault_.read_data(reader, customer));
    TRY_OK(reader.query(statements::read_holds, {id}, [&](const sql::Row& found) -> Status {
        TRY(auto hold, read_hold(found));
        file->holds.push_back(std::move(hold));
        return {};
    }));
    TRY_OK(reader.query(statements::read_erased_fields, {id}, [&](const sql::Row& found) -> Status {
        for (const auto field : split(found.text(0), ' ')) file->erased_fields.emplace_back(field);
        return {};
    }));
    return FilePtr(std::move(file));
}

}  // namespace avow::gate
