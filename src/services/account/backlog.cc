// SPDX-License-Identifier: Apache-2.0
#include "services/account/backlog.hh"

namespace avow::services {

Backlog::~Backlog() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool Backlog::offer(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= kWaitingMax) return false;
        waiting_.push_back(std::move(work));
    }
    wake_.notify_all();
    return true;
}

void Backlog::wait() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return waiting_.empty() && !busy_; });
}

void Backlog::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        auto work = std::move(waiting_.front());
        waiting_.pop_front();
        busy_ = true;
        lock.unlock();
        work();
        lock.lock();
        busy_ = false;
        wake_.notify_all();
    }
}

}  // namespace avow::services
