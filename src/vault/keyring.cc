// SPDX-License-Identifier: Apache-2.0
#include "vault/keyring.hh"

#include "crypto/hash.hh"
#include "crypto/seal.hh"
#include "sql/sqlite.hh"
#include "vault/statements.hh"

namespace avow::vault {
namespace {

using crypto::Key;

Bytes wrapping_place(const CustomerId& customer) {
    return crypto::length_prefixed({as_bytes("avow/customer-key/v1"), customer.bytes()});
}

}  // namespace

Result<std::unique_ptr<Keyring>> Keyring::create(const std::filesystem::path& file,
                                                 const HouseKeys& house, Random& random) {
    sql::SqliteOptions options;
    options.journal = sql::SqliteOptions::Journal::rollback;
    options.readers = 4;
    TRY(auto store, sql::open_sqlite(file, options));
    TRY_OK(store->migrate("keyring", {statements::keyring_schema_1}));
    return std::unique_ptr<Keyring>(new Keyring(std::move(store), house, random));
}

Status Keyring::add(const std::vector<CustomerId>& customers) {
    const auto epoch = house_.current_epoch();
    const Key& epoch_key = *house_.find_epoch(epoch);
    return store_->write([&](sql::Writer& unit) -> Status {
        for (const auto& customer : customers) {
            const auto key = Key::random(random_);
            const auto wrapped =
                crypto::seal(epoch_key, epoch, key.bytes(), wrapping_place(customer), random_);
            TRY_OK(unit.execute(statements::insert_key, {ByteView(customer.bytes()),
                                                         std::int64_t{epoch}, ByteView(wrapped)}));
        }
        return {};
    });
}

Keyring::Shard& Keyring::shard_of(const CustomerId& customer) {
    return shards_[std::hash<CustomerId>()(customer) % kShards];
}

Result<CustomerKeysPtr> Keyring::get(const CustomerId& customer) {
    auto& shard = shard_of(customer);
    {
        const std::lock_guard lock(shard.mutex);
        const auto found = shard.keys.find(customer);
        if (found != shard.keys.end()) return found->second;
    }
    TRY(auto keys, load(customer));
    const std::lock_guard lock(shard.mutex);
    if (shard.keys.size() >= kCachedPerShard) shard.keys.erase(shard.keys.begin());
    shard.keys.insert_or_assign(customer, keys);
    return keys;
}

Result<CustomerKeysPtr> Keyring::load(const CustomerId& customer) {
    std::uint32_t epoch = 0;
    Bytes wrapped;
    TRY_OK(store_->read([&](sql::Reader& reader) {
        return reader.query(statements::find_key, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                epoch = static_cast<std::uint32_t>(row.integer(0));
                                wrapped = to_bytes(row.blob(1));
                                return {};
                            });
    }));
    if (wrapped.empty()) return Error(Code::not_found, "no key is held for this customer");
    const Key* epoch_key = house_.find_epoch(epoch);
    if (epoch_key == nullptr) {
        return Error(Code::corrupt, "a customer's key was wrapped by an epoch key that is not here")
            .caused_by("epoch " + std::to_string(epoch));
    }
    TRY(auto opened, crypto::open(*epoch_key, wrapped, wrapping_place(customer)));
    if (opened.size() != Key::kSize)
        return Error(Code::corrupt, "a customer's key has a wrong size");
    const auto root = Key::from(std::span<const std::uint8_t, Key::kSize>(opened));
    wipe(opened.data(), opened.size());
    return std::make_shared<const CustomerKeys>(
        CustomerKeys{customer, crypto::derive(root, "avow/seal/v1"),
                     crypto::derive(root, "avow/ledger/v1"), crypto::derive(root, "avow/mark/v1")});
}

}  // namespace avow::vault
