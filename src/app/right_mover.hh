// SPDX-License-Identifier: Apache-2.0
// Moves requests under the policy, as their states say, in a thread of its own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "services/rights/rights.hh"

namespace avow::app {

class RightMover {
  public:
    explicit RightMover(services::Rights& rights);
    ~RightMover();  // after the step under way
    RightMover(const RightMover&) = delete;
    RightMover& operator=(const RightMover&) = delete;

  private:
    void serve();
    bool wait(std::chrono::milliseconds most);  // true when it is time to end

    services::Rights& rights_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    bool woken_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace avow::app
