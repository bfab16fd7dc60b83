// SPDX-License-Identifier: Apache-2.0
// Units of work that wait for a writer. While a commit waits for the disk the next units gather, so
// groups grow with the load and a lone unit waits for nobody. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "sql/connection.hh"

namespace avow::sql {

using Unit = std::function<Status(Writer&)>;

class UnitQueue {
  public:
    struct Waiting;
    using Group = std::vector<Waiting*>;

    explicit UnitQueue(int waiting_max) : waiting_max_(static_cast<std::size_t>(waiting_max)) {}

    // The caller's side: returns when the unit is durable or has failed.
    Status write(const Unit& unit);

    // The writer's side. False when the queue is stopped and empty.
    bool take(Group& group, std::size_t most);
    bool empty() const;
    // Tells every caller of the group its result and forgets the group.
    static void answer(Group& group);

    // What is queued is still served; nothing new is let in.
    void stop();
    // Until then, or until the queue stops: true when it stopped.
    bool wait_stopped(std::chrono::milliseconds most);

  private:
    const std::size_t waiting_max_;
    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::condition_variable stop_;
    std::deque<Waiting*> queue_;
    std::size_t idle_ = 0;  // writers that wait for work
    bool stopping_ = false;
};

class Bell;

struct UnitQueue::Waiting {
    const Unit& unit;
    Status result;
    Bell& bell;
};

// Runs a unit; what it throws is an error of ours.
Status run_unit(const Unit& unit, Writer& writer);

}  // namespace avow::sql
