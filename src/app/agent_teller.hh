// SPDX-License-Identifier: Apache-2.0
// Tells agents of the Data Rights Protocol what became of their requests, in a thread of its own:
// only to the host that the operator named, over TLS, following nothing. What they answer is not
// read.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/https_call.hh"
#include "app/rest.hh"
#include "services/drp/drp.hh"

namespace avow::app {

class AgentTeller {
  public:
    // `ca`: PEM of the authorities of their servers; empty: the system's. `portal`: where our pages
    // are.
    static Result<std::unique_ptr<AgentTeller>> create(services::drp::Drp& drp,
                                                       const std::string& ca,
                                                       std::function<std::string()> portal);
    ~AgentTeller();  // after the call under way
    AgentTeller(const AgentTeller&) = delete;
    AgentTeller& operator=(const AgentTeller&) = delete;

  private:
    AgentTeller(services::drp::Drp& drp, std::unique_ptr<HttpsCaller> caller,
                std::function<std::string()> portal);
    void serve();
    Result<bool> step();
    bool send(const services::drp::Drp::Callback& callback) const;

    services::drp::Drp& drp_;
    const std::unique_ptr<HttpsCaller> caller_;
    const std::function<std::string()> portal_;
    Rest rest_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace avow::app
