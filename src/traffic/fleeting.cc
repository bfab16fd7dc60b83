// SPDX-License-Identifier: Apache-2.0
#include "traffic/fleeting.hh"

#include <algorithm>
#include <cstring>

#include <sys/mman.h>

#include "base/bytes.hh"

namespace avow::traffic {
namespace {

constexpr std::size_t kSlotsPerRegion = 64;
constexpr std::size_t kRegionBytes = kSlotsPerRegion * LockedMemory::kSlotBytes;

}  // namespace

Fleeting Fleeting::over(std::string_view bytes) {
    Fleeting fleeting;
    fleeting.bytes_ = bytes;
    return fleeting;
}

Fleeting& Fleeting::operator=(Fleeting&& other) noexcept {
    if (this == &other) return *this;
    release();
    owner_ = std::exchange(other.owner_, nullptr);
    slot_ = std::exchange(other.slot_, nullptr);
    bytes_ = std::exchange(other.bytes_, {});
    return *this;
}

void Fleeting::release() {
    if (slot_ != nullptr) owner_->give_back(slot_);
    owner_ = nullptr;
    slot_ = nullptr;
    bytes_ = {};
}

LockedMemory::~LockedMemory() {
    for (void* region : regions_) {
        wipe(region, kRegionBytes);
        munmap(region, kRegionBytes);
    }
}

Status LockedMemory::grow() {
    if (regions_.size() * kSlotsPerRegion >= kSlotsMax) {
        return Error(Code::unavailable, "too many visits are being read at once");
    }
    void* region =
        mmap(nullptr, kRegionBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == MAP_FAILED) return Error(Code::unavailable, "there is no memory for a visit");
    if (mlock(region, kRegionBytes) != 0) locked_ = false;
    madvise(region, kRegionBytes, MADV_DONTDUMP);
    madvise(region, kRegionBytes, MADV_WIPEONFORK);
    regions_.push_back(region);
    for (std::size_t i = 0; i < kSlotsPerRegion; ++i) {
        free_.push_back(static_cast<char*>(region) + i * kSlotBytes);
    }
    return {};
}

Result<Fleeting> LockedMemory::hold(std::string_view bytes) {
    Fleeting fleeting;
    if (bytes.empty()) return fleeting;
    {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) TRY_OK(grow());
        fleeting.slot_ = free_.back();
        free_.pop_back();
    }
    fleeting.owner_ = this;
    const auto size = std::min(bytes.size(), kSlotBytes);
    std::memcpy(fleeting.slot_, bytes.data(), size);
    fleeting.bytes_ = {static_cast<const char*>(fleeting.slot_), size};
    return fleeting;
}

void LockedMemory::give_back(void* slot) {
    wipe(slot, kSlotBytes);
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);
}

bool LockedMemory::is_locked() const {
    const std::lock_guard lock(mutex_);
    return locked_;
}

}  // namespace avow::traffic
