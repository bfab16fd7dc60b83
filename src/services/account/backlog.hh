// SPDX-License-Identifier: Apache-2.0
// Work that nobody waits for, done in order on a thread of its own: an answer that is given before
// the work begins cannot tell by its time what the work found. Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace avow::services {

class Backlog {
  public:
    static constexpr std::size_t kWaitingMax = 1000;  // LIMIT

    Backlog() : thread_([this] { serve(); }) {}
    // What waits is dropped, what runs is waited for.
    ~Backlog();
    Backlog(const Backlog&) = delete;
    Backlog& operator=(const Backlog&) = delete;

    // False when too much waits already.
    bool offer(std::function<void()> work);
    // Until everything offered so far is done: for tests.
    void wait();

  private:
    void serve();

    std::mutex mutex_;  // guards all below
    std::condition_variable wake_;
    std::deque<std::function<void()>> waiting_;
    bool busy_ = false;
    bool ending_ = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::services
