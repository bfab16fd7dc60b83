// SPDX-License-Identifier: Apache-2.0
// What a thread does between two turns of its work: it rests until it is woken, or to end.
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace avow::app {

class Rest {
  public:
    void wake() { tell(woken_); }
    void end() { tell(ending_); }
    bool is_ending() {
        const std::lock_guard lock(mutex_);
        return ending_;
    }
    // True when it is time to end. A wake that came before is not lost.
    bool take(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, most, [this] { return ending_ || woken_; });
        woken_ = false;
        return ending_;
    }

  private:
    void tell(bool& what) {
        {
            const std::lock_guard lock(mutex_);
            what = true;
        }
        wake_.notify_all();
    }

    std::mutex mutex_;  // guards both
    std::condition_variable wake_;
    bool woken_ = false;
    bool ending_ = false;
};

}  // namespace avow::app
