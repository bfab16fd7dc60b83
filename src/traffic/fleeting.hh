// SPDX-License-Identifier: Apache-2.0
// What a visit brings along and nobody may keep: the address, the user agent. A Fleeting lies in
// memory that is neither swapped nor dumped, is wiped when it dies, and cannot be printed, logged,
// compared or copied. Only those who make a ReadingKey read it, and what they make of it (a
// country, a browser's name) knows nobody any more. Does not promise: the copies that the TLS and
// HTTP layers hold while they read a request.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hh"

namespace avow::traffic {

// WALL: whoever may read an address or a user agent is named here.
class ReadingKey {
  private:
    ReadingKey() = default;
    friend class VisitReader;
    friend class RateLimit;
};

class LockedMemory;

class Fleeting {
  public:
    Fleeting() = default;
    // Over bytes that their owner wipes; they must outlive this.
    static Fleeting over(std::string_view bytes);
    Fleeting(Fleeting&& other) noexcept { *this = std::move(other); }
    Fleeting& operator=(Fleeting&& other) noexcept;
    Fleeting(const Fleeting&) = delete;
    Fleeting& operator=(const Fleeting&) = delete;
    ~Fleeting() { release(); }

    bool empty() const { return bytes_.empty(); }
    std::string_view read(const ReadingKey&) const { return bytes_; }

    friend bool operator==(const Fleeting&, const Fleeting&) = delete;
    template <typename Stream>
    friend Stream& operator<<(Stream&, const Fleeting&) = delete;

  private:
    friend class LockedMemory;
    void release();
    LockedMemory* owner_ = nullptr;
    void* slot_ = nullptr;
    std::string_view bytes_;
};

// A bounded pool of locked slots. Thread-safe. Must outlive every Fleeting it gave out.
class LockedMemory {
  public:
    static constexpr std::size_t kSlotBytes = 1024;  // LIMIT: longer texts are cut
    static constexpr std::size_t kSlotsMax = 4096;   // LIMIT: of all visits being read at once

    LockedMemory() = default;
    LockedMemory(const LockedMemory&) = delete;
    LockedMemory& operator=(const LockedMemory&) = delete;
    ~LockedMemory();

    // `unavailable` when every slot is taken or the system gives no memory.
    Result<Fleeting> hold(std::string_view bytes);
    // False when the system refused to lock a page (see RLIMIT_MEMLOCK): it may then be swapped.
    bool is_locked() const;

  private:
    friend class Fleeting;
    Status grow();
    void give_back(void* slot);

    mutable std::mutex mutex_;  // guards what follows
    std::vector<void*> regions_;
    std::vector<void*> free_;
    bool locked_ = true;
};

}  // namespace avow::traffic
