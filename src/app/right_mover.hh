// SPDX-License-Identifier: Apache-2.0
// Moves requests under the policy, as their states say, in a thread of its own; and opens those
// that agents asked for.
#pragma once

#include <memory>
#include <thread>

#include "app/rest.hh"
#include "services/drp/drp.hh"
#include "services/rights/rights.hh"

namespace avow::app {

class RightMover {
  public:
    RightMover(services::Rights& rights, services::drp::Drp& drp);
    ~RightMover();  // after the step under way
    RightMover(const RightMover&) = delete;
    RightMover& operator=(const RightMover&) = delete;

  private:
    void serve();
    Result<bool> step();

    services::Rights& rights_;
    services::drp::Drp& drp_;
    Rest rest_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
