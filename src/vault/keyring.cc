// SPDX-License-Identifier: Apache-2.0
#include "vault/keyring.hh"

#include <chrono>
#include <thread>

#include "base/fault.hh"
#include "crypto/hash.hh"
#include "crypto/seal.hh"

namespace avow::vault {
namespace {

using crypto::Key;

// Whoever wants a key meanwhile waits for a batch at most, and has the processor between two.
constexpr std::size_t kSlotsPerBatch = 64;
constexpr std::chrono::microseconds kRest{500};
constexpr std::size_t kBatchesPerSync = 512;

Bytes wrapping_place(const CustomerId& customer) {
    return crypto::length_prefixed({as_bytes("avow/customer-key/v1"), customer.bytes()});
}

}  // namespace

Result<std::unique_ptr<Keyring>> Keyring::create(const std::filesystem::path& file,
                                                 OpenFile::IfAbsent if_absent, HouseKeys& house,
                                                 Random& random) {
    TRY(auto keys, KeyFile::create(file, if_absent, random));
    return std::unique_ptr<Keyring>(new Keyring(std::move(keys), house, random));
}

WrappedKey Keyring::wrap(const CustomerId& customer, const Key& key, std::uint32_t epoch,
                         const Key& epoch_key) {
    return {customer, epoch,
            crypto::seal(epoch_key, epoch, key.bytes(), wrapping_place(customer), random_)};
}

// No key may be wrapped by an epoch after the rotation has looked for its last one.
Result<std::uint32_t> Keyring::begin_epoch(Time now) {
    const std::unique_lock lock(epoch_mutex_);
    return house_.begin_epoch(now);
}

Status Keyring::add(const std::vector<CustomerId>& customers) {
    const std::shared_lock lock(epoch_mutex_);
    const auto epoch = house_.current_epoch();
    const auto epoch_key = house_.find_epoch(epoch);
    if (epoch_key == nullptr) return Error(Code::unavailable, "the keys are being rotated");
    std::vector<WrappedKey> wrapped;
    for (const auto& customer : customers) {
        wrapped.push_back(wrap(customer, Key::random(random_), epoch, *epoch_key));
    }
    return file_->put(wrapped);
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
    const auto forgotten = forgotten_.load();
    TRY(auto keys, load(customer));
    const std::lock_guard lock(shard.mutex);
    // Somebody was forgotten meanwhile, perhaps this one: the next call decides.
    if (forgotten != forgotten_.load()) return keys;
    if (shard.keys.size() >= kCachedPerShard) shard.keys.erase(shard.keys.begin());
    shard.keys.insert_or_assign(customer, keys);
    return keys;
}

Result<Key> Keyring::unwrap(const WrappedKey& wrapped) const {
    const auto epoch_key = house_.find_epoch(wrapped.epoch);
    if (epoch_key == nullptr) {
        return Error(Code::corrupt, "a customer's key was wrapped by an epoch key that is not here")
            .caused_by("epoch " + std::to_string(wrapped.epoch));
    }
    TRY(auto opened, crypto::open(*epoch_key, wrapped.wrapped, wrapping_place(wrapped.customer)));
    if (opened.size() != Key::kSize)
        return Error(Code::corrupt, "a customer's key has a wrong size");
    auto key = Key::from(std::span<const std::uint8_t, Key::kSize>(opened));
    wipe(opened.data(), opened.size());
    return key;
}

Result<CustomerKeysPtr> Keyring::load(const CustomerId& customer) {
    TRY(const auto wrapped, file_->find(customer));
    if (!wrapped) return Error(Code::not_found, "no key is held for this customer");
    TRY(const auto root, unwrap(*wrapped));
    return std::make_shared<const CustomerKeys>(
        CustomerKeys{customer, crypto::derive(root, "avow/seal/v1"),
                     crypto::derive(root, "avow/ledger/v1"), crypto::derive(root, "avow/mark/v1")});
}

Status Keyring::forget(const CustomerId& customer) {
    TRY([[maybe_unused]] const bool held, file_->erase(customer));
    ++forgotten_;
    auto& shard = shard_of(customer);
    const std::lock_guard lock(shard.mutex);
    shard.keys.erase(customer);
    return {};
}

Keyring::Standing Keyring::standing() const {
    Standing standing{house_.current_epoch(), file_->count_by_epoch(), house_.epochs(), 0,
                      file_->damaged()};
    for (const auto& [epoch, keys] : standing.wrapped) standing.keys += keys;
    return standing;
}

Status Keyring::rewrap(const KeepOn& keep_on) {
    const std::lock_guard lock(rewrapping_);
    const auto epoch = house_.current_epoch();
    TRY_OK(rewrap_all(epoch, keep_on));
    fault_point("keys.rewrapped");
    return destroy_unused_epochs(epoch);
}

Status Keyring::rewrap_all(std::uint32_t epoch, const KeepOn& keep_on) {
    const auto epoch_key = house_.find_epoch(epoch);
    const KeyFile::Change change = [&](WrappedKey& key) -> Result<bool> {
        if (key.epoch == epoch) return false;
        TRY(const auto root, unwrap(key));
        key = wrap(key.customer, root, epoch, *epoch_key);
        return true;
    };
    const auto slots = file_->slots();
    std::size_t batches = 0;
    for (std::size_t first = 0; first < slots; first += kSlotsPerBatch) {
        TRY_OK(file_->rewrite(first, kSlotsPerBatch, change));
        fault_point("keys.rewrapping");
        if (++batches % kBatchesPerSync == 0) TRY_OK(file_->sync());
        std::this_thread::sleep_for(kRest);
        if (!keep_on(std::min(first + kSlotsPerBatch, slots), slots)) {
            return Error(Code::unavailable, "the rotation was told to stop: it goes on later");
        }
    }
    return file_->sync();
}

// LIMIT: only when not one key that it wraps is left; a damaged slot does not hold it back.
Status Keyring::destroy_unused_epochs(std::uint32_t current) {
    const auto wrapped = file_->count_by_epoch();
    for (const auto epoch : house_.epochs()) {
        if (epoch >= current || wrapped.contains(epoch)) continue;
        TRY_OK(house_.destroy_epoch(epoch));
        fault_point("keys.epoch_destroyed");
    }
    return {};
}

}  // namespace avow::vault
