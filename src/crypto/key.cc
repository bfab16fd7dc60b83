// SPDX-License-Identifier: Apache-2.0
#include "crypto/key.hh"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include <sys/mman.h>

#include "base/log.hh"
#include "crypto/sodium.hh"

namespace avow::crypto {
namespace {

constexpr std::size_t kBlockSize = 64 * 1024;  // 2048 keys share one locked mapping

// Slots for keys in locked mappings. A freed slot is zero and is handed out again; mappings stay,
// for their number follows the most keys ever held at once.
class Pool {
  public:
    std::uint8_t* take() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) grow();
        auto* slot = free_.back();
        free_.pop_back();
        return slot;
    }

    void give_back(std::uint8_t* slot) {
        sodium_memzero(slot, Key::kSize);
        const std::lock_guard lock(mutex_);
        free_.push_back(slot);  // never allocates: grow() reserved room for every slot
    }

  private:
    void grow() {
        void* block =
            mmap(nullptr, kBlockSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) throw std::bad_alloc();
        // Also keeps the mapping out of core dumps, even where the lock limit refuses the rest.
        if (sodium_mlock(block, kBlockSize) != 0 && !std::exchange(warned_, true)) {
            log::warn("key memory is not locked: the limit of locked memory is reached");
        }
        slots_ += kBlockSize / Key::kSize;
        free_.reserve(slots_);
        for (std::size_t at = kBlockSize; at > 0; at -= Key::kSize) {
            free_.push_back(static_cast<std::uint8_t*>(block) + at - Key::kSize);
        }
    }

    std::mutex mutex_;  // guards all below
    std::vector<std::uint8_t*> free_;
    std::size_t slots_ = 0;
    bool warned_ = false;
};

// Never destroyed: keys in static storage may outlive every other object.
Pool& pool() {
    static Pool* const pool = [] {
        start_sodium();
        return new Pool;
    }();
    return *pool;
}

}  // namespace

Key::Key() : memory_(pool().take()) {}

Key Key::random(Random& random) {
    Key key;
    random.fill({key.memory_, kSize});
    return key;
}

Key Key::from(std::span<const std::uint8_t, kSize> bytes) {
    Key key;
    std::copy(bytes.begin(), bytes.end(), key.memory_);
    return key;
}

Key::Key(Key&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}

Key& Key::operator=(Key&& other) noexcept {
    if (this == &other) return *this;
    if (memory_ != nullptr) pool().give_back(memory_);
    memory_ = std::exchange(other.memory_, nullptr);
    return *this;
}

Key::~Key() {
    if (memory_ != nullptr) pool().give_back(memory_);
}

Key Key::clone() const {
    return from(bytes());
}

std::span<const std::uint8_t, Key::kSize> Key::bytes() const {
    if (memory_ == nullptr) std::abort();  // used after it was moved away
    return std::span<const std::uint8_t, kSize>(memory_, kSize);
}

}  // namespace avow::crypto
