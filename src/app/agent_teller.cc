// SPDX-License-Identifier: Apache-2.0
#include "app/agent_teller.hh"

#include <boost/json.hpp>

#include "base/log.hh"
#include "services/drp/status_json.hh"

namespace avow::app {
namespace {

constexpr std::chrono::milliseconds kBetween{1'000};
constexpr std::chrono::milliseconds kAfterFailure{10'000};
constexpr std::chrono::milliseconds kWithin{10'000};  // LIMIT: of one call
constexpr std::size_t kAnswerMax = 65'536;            // LIMIT: bytes; not read

}  // namespace

AgentTeller::AgentTeller(services::drp::Drp& drp, std::unique_ptr<HttpsCaller> caller,
                         std::function<std::string()> portal)
    : drp_(drp),
      caller_(std::move(caller)),
      portal_(std::move(portal)),
      thread_([this] { serve(); }) {}

Result<std::unique_ptr<AgentTeller>> AgentTeller::create(services::drp::Drp& drp,
                                                         const std::string& ca,
                                                         std::function<std::string()> portal) {
    TRY(auto caller, HttpsCaller::create(ca));
    return std::unique_ptr<AgentTeller>(new AgentTeller(drp, std::move(caller), std::move(portal)));
}

AgentTeller::~AgentTeller() {
    rest_.end();
    thread_.join();
}

void AgentTeller::serve() {
    auto pause = kBetween * 0;
    while (!rest_.take(pause)) {
        const auto told = step();
        if (!told) {
            log::error("agents_not_told", {{"code", name_of(told.error().code())},
                                           {"cause", told.error().describe()}});
        }
        pause = told ? kBetween : kAfterFailure;
    }
}

Result<bool> AgentTeller::step() {
    TRY(const auto due, drp_.callbacks_due());
    for (const auto& callback : due) {
        if (rest_.is_ending()) break;
        TRY_OK(drp_.callback_ended(callback, send(callback)));
    }
    return !due.empty();
}

bool AgentTeller::send(const services::drp::Drp::Callback& callback) const {
    const auto place = parse_https(callback.url);
    if (!place) return false;
    const auto body = boost::json::serialize(services::drp::status_json(callback.told, portal_()));
    const auto answer = caller_->call(
        *place, {"POST", "", {{"content-type", "application/json"}}, body}, kWithin, kAnswerMax);
    if (answer && answer->status >= 200 && answer->status < 300) return true;
    // The address is the agent's, and may say whose request it is.
    log::info("agent_not_told", {{"status", answer ? answer->status : 0},
                                 {"cause", answer ? "" : answer.error().describe()}});
    return false;
}

}  // namespace avow::app
