// SPDX-License-Identifier: Apache-2.0
// A slot: 'K' | 3 zero bytes | epoch (4, BE) | customer (16) | wrapped key (78) | check (8) |
// zeros. An empty slot is all zeros. The check finds torn and flipped slots; the seal itself guards
// what it holds.
#include "vault/key_file.hh"

#include <algorithm>

#include "base/fault.hh"
#include "base/file.hh"
#include "base/log.hh"
#include "crypto/hash.hh"

namespace avow::vault {
namespace {

constexpr std::string_view kMagic = "avow keyring 1\n";
constexpr std::uint8_t kUsed = 'K';
constexpr std::size_t kEpochAt = 4;
constexpr std::size_t kCustomerAt = 8;
constexpr std::size_t kWrappedAt = 24;
constexpr std::size_t kCheckAt = kWrappedAt + KeyFile::kWrappedSize;
constexpr std::size_t kCheckSize = 8;
constexpr std::size_t kSlotsAtOnce = 4096;
static_assert(kCheckAt + kCheckSize <= KeyFile::kSlotSize && 512 % KeyFile::kSlotSize == 0);

using Slot = ByteArray<KeyFile::kSlotSize>;

std::uint64_t position_of(std::size_t slot) {
    return KeyFile::kHeaderSize + std::uint64_t{slot} * KeyFile::kSlotSize;
}

Slot encode(const WrappedKey& key) {
    Slot slot{};
    slot[0] = kUsed;
    Bytes epoch;
    append_be32(epoch, key.epoch);
    std::copy(epoch.begin(), epoch.end(), slot.begin() + kEpochAt);
    std::copy(key.customer.bytes().begin(), key.customer.bytes().end(), slot.begin() + kCustomerAt);
    std::copy(key.wrapped.begin(), key.wrapped.end(), slot.begin() + kWrappedAt);
    const auto check = crypto::sha256(ByteView(slot).first(kCheckAt));
    std::copy_n(check.begin(), kCheckSize, slot.begin() + kCheckAt);
    return slot;
}

bool is_empty(ByteView slot) {
    return std::all_of(slot.begin(), slot.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::optional<WrappedKey> decode(ByteView slot) {
    const auto check = crypto::sha256(slot.first(kCheckAt));
    if (slot[0] != kUsed ||
        !std::equal(check.begin(), check.begin() + kCheckSize, slot.begin() + kCheckAt)) {
        return std::nullopt;
    }
    return WrappedKey{*CustomerId::from_bytes(slot.subspan(kCustomerAt, 16)),
                      read_be32(slot.subspan(kEpochAt)),
                      to_bytes(slot.subspan(kWrappedAt, KeyFile::kWrappedSize))};
}

}  // namespace

Result<std::unique_ptr<KeyFile>> KeyFile::create(const std::filesystem::path& path,
                                                 OpenFile::IfAbsent if_absent, Random& random) {
    TRY(auto file, OpenFile::create(path, if_absent));
    std::unique_ptr<KeyFile> keys(new KeyFile(std::move(file)));
    TRY(const auto size, keys->file_.size());
    if (size == 0) TRY_OK(keys->start(random));
    TRY_OK(keys->load());
    return keys;
}

Status KeyFile::start(Random& random) {
    const auto id = random.take<16>();
    Bytes header = to_bytes(as_bytes(kMagic));
    header.insert(header.end(), id.begin(), id.end());
    header.resize(kHeaderSize);
    TRY_OK(file_.write_at(0, header));
    TRY_OK(file_.sync());
    return sync_folder(file_.path().parent_path());
}

Status KeyFile::load() {
    Bytes header(kHeaderSize);
    TRY(const auto got, file_.read_at(0, header));
    if (got != kHeaderSize || !as_text(header).starts_with(kMagic)) {
        return Error(Code::corrupt, file_.path().string() + " is not a keyring");
    }
    std::copy_n(header.begin() + kMagic.size(), id_.size(), id_.begin());
    TRY(const auto size, file_.size());
    slots_ = static_cast<std::size_t>((size - kHeaderSize) / kSlotSize);
    slot_of_.reserve(slots_);
    Bytes page(kSlotsAtOnce * kSlotSize);
    for (std::size_t first = 0; first < slots_; first += kSlotsAtOnce) {
        TRY(const auto read, file_.read_at(position_of(first), page));
        const auto here = std::min(slots_ - first, read / kSlotSize);
        for (std::size_t i = 0; i < here; ++i) {
            const auto bytes = ByteView(page).subspan(i * kSlotSize, kSlotSize);
            if (is_empty(bytes)) {
                free_.push_back(static_cast<std::uint32_t>(first + i));
            } else if (const auto key = decode(bytes)) {
                note(first + i, *key);
            } else {
                ++damaged_;
            }
        }
    }
    if (damaged_ > 0) log::error("keyring_slots_damaged", {{"slots", damaged_}});
    return {};
}

void KeyFile::note(std::size_t slot, const WrappedKey& key) {
    slot_of_.insert_or_assign(key.customer, static_cast<std::uint32_t>(slot));
    ++epochs_[key.epoch];
}

std::size_t KeyFile::take_slot() {
    if (free_.empty()) return slots_++;
    const auto slot = free_.back();
    free_.pop_back();
    return slot;
}

Status KeyFile::put(const std::vector<WrappedKey>& keys) {
    std::uint64_t change = 0;
    {
        const std::unique_lock lock(mutex_);
        for (const auto& key : keys) {
            if (key.wrapped.size() != kWrappedSize)
                return Error(Code::internal, "a wrapped key has a wrong size");
            if (slot_of_.contains(key.customer))
                return Error(Code::conflict, "this customer has a key already");
            const auto slot = take_slot();
            if (auto written = file_.write_at(position_of(slot), encode(key)); !written) {
                free_.push_back(static_cast<std::uint32_t>(slot));
                return written;
            }
            note(slot, key);
        }
        const std::lock_guard sync_lock(sync_mutex_);
        change = ++changed_;
    }
    return sync_up_to(change);
}

// One caller syncs for all who wrote before it began; the others wait for it or for the next.
Status KeyFile::sync_up_to(std::uint64_t change) {
    std::unique_lock lock(sync_mutex_);
    while (synced_ < change) {
        if (syncing_) {
            synced_up_.wait(lock);
            continue;
        }
        syncing_ = true;
        const auto reached = changed_;
        lock.unlock();
        auto done = file_.sync();
        lock.lock();
        syncing_ = false;
        if (done) synced_ = reached;
        synced_up_.notify_all();
        if (!done) return done;
    }
    return {};
}

Status KeyFile::sync() {
    std::uint64_t change = 0;
    {
        const std::lock_guard lock(sync_mutex_);
        change = ++changed_;
    }
    return sync_up_to(change);
}

Result<std::optional<WrappedKey>> KeyFile::find(const CustomerId& customer) const {
    const std::shared_lock lock(mutex_);
    const auto found = slot_of_.find(customer);
    if (found == slot_of_.end()) return std::optional<WrappedKey>();
    Slot slot{};
    TRY(const auto got, file_.read_at(position_of(found->second), slot));
    auto key = got == kSlotSize ? decode(slot) : std::nullopt;
    if (!key || key->customer != customer) {
        return Error(Code::corrupt, "a customer's key was changed from outside");
    }
    return key;
}

bool KeyFile::holds(const CustomerId& customer) const {
    const std::shared_lock lock(mutex_);
    return slot_of_.contains(customer);
}

Result<bool> KeyFile::erase(const CustomerId& customer) {
    std::uint64_t change = 0;
    bool held = false;
    {
        const std::unique_lock lock(mutex_);
        if (const auto found = slot_of_.find(customer); found != slot_of_.end()) {
            TRY_OK(empty_slot(found->second));
            slot_of_.erase(found);
            held = true;
        }
        const std::lock_guard sync_lock(sync_mutex_);
        // An earlier try may have emptied the slot and failed to sync it.
        change = held ? ++changed_ : changed_;
    }
    TRY_OK(sync_up_to(change));
    return held;
}

Status KeyFile::empty_slot(std::uint32_t slot) {
    Slot bytes{};
    TRY([[maybe_unused]] const auto got, file_.read_at(position_of(slot), bytes));
    if (!fault_skips("erase.key")) TRY_OK(file_.write_at(position_of(slot), Slot{}));
    if (const auto key = decode(bytes)) --epochs_[key->epoch];
    free_.push_back(slot);
    return {};
}

Status KeyFile::rewrite(std::size_t first, std::size_t count, const Change& change) {
    const std::unique_lock lock(mutex_);
    const auto end = std::min(slots_, first + count);
    Slot slot{};
    for (auto at = first; at < end; ++at) {
        TRY([[maybe_unused]] const auto got, file_.read_at(position_of(at), slot));
        auto key = decode(slot);
        if (!key || !slot_of_.contains(key->customer)) continue;
        const auto before = key->epoch;
        TRY(const bool changed, change(*key));
        if (!changed) continue;
        TRY_OK(file_.write_at(position_of(at), encode(*key)));
        --epochs_[before];
        ++epochs_[key->epoch];
    }
    return {};
}

std::uint64_t KeyFile::size() const {
    return position_of(slots());
}

Result<std::size_t> KeyFile::read_at(std::uint64_t position, std::span<std::uint8_t> out) const {
    const std::shared_lock lock(mutex_);
    return file_.read_at(position, out);
}

std::size_t KeyFile::slots() const {
    const std::shared_lock lock(mutex_);
    return slots_;
}

std::map<std::uint32_t, std::uint64_t> KeyFile::count_by_epoch() const {
    const std::shared_lock lock(mutex_);
    std::map<std::uint32_t, std::uint64_t> counts;
    for (const auto& [epoch, keys] : epochs_) {
        if (keys > 0) counts.emplace(epoch, keys);
    }
    return counts;
}

}  // namespace avow::vault
