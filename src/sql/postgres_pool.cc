// SPDX-License-Identifier: Apache-2.0
#include "sql/postgres_pool.hh"

#include <thread>

#include "base/log.hh"

namespace avow::sql {
namespace {

using std::chrono::milliseconds;

// LIMIT: a connection is tried this often, with twice the pause each time: about three seconds.
constexpr int kTries = 6;
constexpr milliseconds kFirstPause{50};
// After that, callers hear the refusal at once for so long.
constexpr milliseconds kRefusalStands{300};

}  // namespace

Result<std::unique_ptr<PostgresHandle>> PostgresPool::connect() {
    auto pause = kFirstPause;
    for (int attempt = 1;; ++attempt) {
        auto made = PostgresHandle::create(address_);
        if (made || made.error().code() != Code::unavailable || attempt == kTries) return made;
        // Others may have one to give meanwhile; waiting for it is quicker than insisting.
        if (is_live()) return made;
        std::this_thread::sleep_for(pause);
        pause *= 2;
    }
}

Result<std::unique_ptr<PostgresHandle>> PostgresPool::take(For use) {
    auto& busy = busy_[static_cast<std::size_t>(use)];
    const int most = most_[static_cast<std::size_t>(use)];
    std::unique_lock lock(mutex_);
    while (true) {
        if (busy >= most) {
            wake_.wait(lock);
            continue;
        }
        if (!free_.empty()) {
            auto handle = std::move(free_.back());
            free_.pop_back();
            ++busy;
            ++out_;
            lock.unlock();
            if (handle->settle()) return handle;  // the end of the read before
            handle->abandon();
            give(std::move(handle), use);
            lock.lock();
            continue;
        }
        const bool may_try = Clock::now() >= try_again_;
        if (cold_ > 0 && may_try) {
            --cold_;
            ++busy;
            lock.unlock();
            auto made = connect();
            lock.lock();
            if (made) {
                ++out_;
                refusal_.reset();
                return made;
            }
            ++cold_;
            --busy;
            if (!refusal_) log::warn("store_refuses", {{"cause", made.error().describe()}});
            refusal_ = made.error();
            try_again_ = Clock::now() + kRefusalStands;
            wake_.notify_all();
        } else if (out_ == 0 && !may_try && refusal_) {
            return *refusal_;
        } else if (cold_ > 0 && !may_try) {
            wake_.wait_until(lock, try_again_);
        } else {
            wake_.wait(lock);
        }
    }
}

void PostgresPool::give(std::unique_ptr<PostgresHandle> handle, For use) {
    const bool lost = handle->is_lost();
    if (lost) handle.reset();
    const std::lock_guard lock(mutex_);
    --busy_[static_cast<std::size_t>(use)];
    --out_;
    if (lost) {
        // The others were open as long: whatever ended this one has most likely ended them.
        cold_ += 1 + static_cast<int>(free_.size());
        free_.clear();
    } else {
        free_.push_back(std::move(handle));
    }
    wake_.notify_all();  // readers and writers wait for different things
}

bool PostgresPool::is_live() const {
    const std::lock_guard lock(mutex_);
    return out_ > 0 || !free_.empty();
}

}  // namespace avow::sql
