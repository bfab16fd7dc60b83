// SPDX-License-Identifier: Apache-2.0
// The keyring's file: wrapped keys in slots of fixed size, each inside one disk sector. A key is
// forgotten by overwriting its slot in place, so that no page of the file keeps a copy, and for the
// price of one sync whatever the number of keys (docs/decisions/0040).
// Promises: put() and erase() are durable when they return; callers that wait together share a
// sync. A slot is whole or not there: a torn one is counted as damaged and opens nothing.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "base/id.hh"
#include "base/open_file.hh"
#include "base/random.hh"

namespace avow::vault {

struct WrappedKey {
    CustomerId customer;
    std::uint32_t epoch = 0;  // whose key wraps it
    Bytes wrapped;            // kWrappedSize bytes
};

class KeyFile {
  public:
    static constexpr std::size_t kWrappedSize = 78;  // a sealed key of 32 bytes
    static constexpr std::size_t kSlotSize = 128;
    static constexpr std::size_t kHeaderSize = 4096;

    // `corrupt` when the file is no keyring.
    static Result<std::unique_ptr<KeyFile>> create(const std::filesystem::path& path,
                                                   OpenFile::IfAbsent if_absent, Random& random);

    // Random at birth: a store remembers the keyring it was made with.
    const ByteArray<16>& id() const { return id_; }

    Status put(const std::vector<WrappedKey>& keys);
    Result<std::optional<WrappedKey>> find(const CustomerId& customer) const;
    bool holds(const CustomerId& customer) const;
    // True when a key was there.
    Result<bool> erase(const CustomerId& customer);

    // Hands every key in `count` slots from `first` to `change`; those it answers true for are
    // written back. Not durable before sync().
    using Change = std::function<Result<bool>(WrappedKey&)>;
    Status rewrite(std::size_t first, std::size_t count, const Change& change);
    Status sync();

    std::size_t slots() const;
    std::uint64_t size() const;
    // The file's bytes, never in the middle of a write.
    Result<std::size_t> read_at(std::uint64_t position, std::span<std::uint8_t> out) const;
    std::map<std::uint32_t, std::uint64_t> count_by_epoch() const;
    std::uint64_t damaged() const { return damaged_; }

  private:
    explicit KeyFile(OpenFile file) : file_(std::move(file)) {}
    Status start(Random& random);
    Status load();
    void note(std::size_t slot, const WrappedKey& key);
    std::size_t take_slot();
    Status empty_slot(std::uint32_t slot);
    Status sync_up_to(std::uint64_t change);

    OpenFile file_;
    ByteArray<16> id_{};
    mutable std::shared_mutex mutex_;  // guards what follows, and the slots
    std::unordered_map<CustomerId, std::uint32_t> slot_of_;
    std::vector<std::uint32_t> free_;
    std::size_t slots_ = 0;
    std::map<std::uint32_t, std::uint64_t> epochs_;
    std::uint64_t damaged_ = 0;

    std::mutex sync_mutex_;  // guards what follows
    std::condition_variable synced_up_;
    std::uint64_t changed_ = 0;  // counts writes; those up to synced_ are durable
    std::uint64_t synced_ = 0;
    bool syncing_ = false;
};

}  // namespace avow::vault
