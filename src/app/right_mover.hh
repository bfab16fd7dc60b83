// SPDX-License-Identifier: Apache-2.0
// Moves requests under the policy, as their states say, in a thread of its own.
#pragma once

#include <memory>
#include <thread>

#include "app/rest.hh"
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

    services::Rights& rights_;
    Rest rest_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
