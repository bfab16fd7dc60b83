// SPDX-License-Identifier: Apache-2.0
// Who asks is somebody's agent: what it says opens a request, and shows nobody.
#include <algorithm>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/json.hh"
#include "services/rights/overtaken.hh"
#include "services/rights/rights.hh"

namespace avow::services {
namespace {

constexpr int kTries = 5;  // LIMIT: of a person who keeps changing

gate::Actor actor_of(const std::string& agent) {
    return {gate::Actor::Kind::system, "the agent " + agent, "intake", false, false};
}

}  // namespace

Right Rights::fresh_for(const CustomerId& customer, const ByAgent& asked) const {
    auto right = fresh(customer, asked.kind, "agent", "en");
    right.regime = asked.regime;
    right.received = asked.received;
    right.deadline = deadline_of(asked.received, asked.regime);
    return right;
}

Result<Right> Rights::ask_for(const Personal<std::string>& address, const ByAgent& asked,
                              const AgentRows& rows) {
    for (int attempt = 0; attempt < kTries; ++attempt) {
        TRY(const auto known, gate_.find_by_address(address));
        TRY(auto right,
            known ? open_for(*known, asked, rows) : open_for_stranger(address, asked, rows));
        if (!right) continue;
        fault_point("rights.asked_for");
        notify();
        return std::move(*right);
    }
    return Error(Code::unavailable, "the person changed meanwhile");
}

Result<std::optional<Right>> Rights::open_for(const CustomerId& customer, const ByAgent& asked,
                                              const AgentRows& rows) {
    auto right = fresh_for(customer, asked);
    bool open = false;
    const auto noted = gate_.note_right(
        customer, actor_of(asked.agent), told_of_begin(right), [&](sql::Writer& unit) -> Status {
            TRY(open, has_open(unit, customer, asked.kind));
            if (open) return Error(Code::denied, "one of this kind is under way already");
            TRY_OK(insert(unit, right));
            return rows(unit, right, Joining::opened);
        });
    if (noted) return std::optional(std::move(right));
    if (noted.error().code() == Code::not_found) return std::optional<Right>();
    if (!open) return noted.error();
    TRY(auto all, own(customer));
    const auto found = std::find_if(all.begin(), all.end(), [&](const Right& one) {
        return one.kind == asked.kind && !is_closed(one.state);
    });
    if (found == all.end()) return std::optional<Right>();
    TRY_OK(store_.write([&](sql::Writer& unit) { return rows(unit, *found, Joining::joined); }));
    return std::optional(std::move(*found));
}

Result<std::optional<Right>> Rights::open_for_stranger(const Personal<std::string>& address,
                                                       const ByAgent& asked,
                                                       const AgentRows& rows) {
    gate::Collection collection;
    collection.channel = "email";
    collection.fields.push_back(
        {"email", Personal<std::string>(address.reveal(gate_.own_data_token()))});
    collection.purposes = {"service"};
    collection.evidence = json::canonical(
        boost::json::object{{"received", "by the Data Rights Protocol"}, {"agent", asked.agent}});
    std::optional<Right> right;
    bool open = false;
    const auto collected =
        gate_.collect(collection, actor_of(asked.agent),
                      [&](sql::Writer& unit, const CustomerId& customer) -> Status {
                          TRY(open, has_open(unit, customer, asked.kind));
                          if (open)
                              return Error(Code::denied, "one of this kind is under way already");
                          right = fresh_for(customer, asked);
                          TRY_OK(insert(unit, *right));
                          return rows(unit, *right, Joining::opened);
                      });
    if (collected) return right;
    if (open) return std::optional<Right>();  // somebody with this address came meanwhile
    return collected.error();
}

Result<Right> Rights::withdraw_for(const CustomerId& customer, const RightId& id,
                                   const std::string& agent,
                                   const std::function<Status(sql::Writer&)>& rows) {
    Move made{RightEvent::withdraw, actor_of(agent)};
    made.rows = rows;
    for (int attempt = 1;; ++attempt) {
        TRY(const auto seen, find(customer, id));
        auto moved = move(seen, made);
        if (moved || moved.error().code() != Code::conflict) return moved;
        // The program moved it meanwhile: it may be withdrawn all the same.
        if (attempt == kTries || !next(seen.state, RightEvent::withdraw)) return moved;
    }
}

}  // namespace avow::services
