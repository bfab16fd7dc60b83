// SPDX-License-Identifier: Apache-2.0
#include "sql/unit_queue.hh"

#include <exception>
#include <utility>

namespace avow::sql {

// One per calling thread: it outlives every wait, so the writer may touch it after the caller woke.
class Bell {
  public:
    void ring() {
        const std::lock_guard lock(mutex_);
        rung_ = true;
        wake_.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return rung_; });
        rung_ = false;
    }

  private:
    std::mutex mutex_;  // guards rung_
    std::condition_variable wake_;
    bool rung_ = false;
};

Status UnitQueue::write(const Unit& unit) {
    thread_local Bell bell;
    Waiting waiting{unit, {}, bell};
    bool somebody_waits;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return Error(Code::unavailable, "the store is closing");
        if (queue_.size() >= waiting_max_) {
            return Error(Code::unavailable, "too many writes are waiting: try again shortly");
        }
        queue_.push_back(&waiting);
        somebody_waits = idle_ > 0;
    }
    if (somebody_waits) wake_.notify_one();
    bell.wait();
    return std::move(waiting.result);
}

bool UnitQueue::take(Group& group, std::size_t most) {
    std::unique_lock lock(mutex_);
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    while (!queue_.empty() && group.size() < most) {
        group.push_back(queue_.front());
        queue_.pop_front();
    }
    return !group.empty();
}

bool UnitQueue::empty() const {
    const std::lock_guard lock(mutex_);
    return queue_.empty();
}

void UnitQueue::answer(Group& group) {
    for (auto* waiting : group) waiting->bell.ring();
    group.clear();
}

void UnitQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    stop_.notify_all();
}

bool UnitQueue::wait_stopped(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    return stop_.wait_for(lock, most, [this] { return stopping_; });
}

Status run_unit(const Unit& unit, Writer& writer) {
    try {
        return unit(writer);
    } catch (const std::exception& fault) {
        return Error(Code::internal, "a write failed").caused_by(fault.what());
    }
}

}  // namespace avow::sql
