// SPDX-License-Identifier: Apache-2.0
// The Data Rights Protocol, the business's side: one more channel that opens a request under the
// policy (rights.hh) and reads its state. An agent speaks for a person; the person shows who they
// are in the portal, as everybody does whose request did not come from there.
//
// Promises: a message is taken once, also over a kill -9, for it is remembered in the transaction
// of what it does; an agent is told the same, and as soon, whether we know the person or not, until
// that person confirmed: the request is opened by step(), after the answer; what ended is told of
// as it ended, for sixty days. Does not promise that a revocation
// is bound to its request: the protocol's body names none, so the bearer token and the address do.
// Thread-safe. Source: docs/data-rights-protocol.md; Data Rights Protocol 0.9.4 (= 1.0).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "services/drp/agents.hh"
#include "services/drp/signed.hh"
#include "services/drp/status.hh"
#include "services/rights/rights.hh"

namespace avow::services::drp {

struct ExerciseTag {
    static constexpr std::string_view prefix = "drp";
};
using ExerciseId = Id<ExerciseTag>;

inline constexpr std::int64_t kPerHour = 600;       // LIMIT: requests of one agent
inline constexpr std::size_t kNamedMax = 255;       // LIMIT: bytes of an agent's own id
inline constexpr std::size_t kCallbackMax = 2'048;  // LIMIT: bytes of an address

// An error as the protocol has it (§3.06). Words never hold what was sent.
struct Fault {
    int status = 400;  // of HTTP
    std::string message;
    bool fatal = false;  // sending the same again changes nothing
};
template <typename T>
using Answered = tl::expected<T, Fault>;
Fault fault_of(Refusal refusal);
Fault fault_of(const Error& error);

// What the agent reads (§3.03).
struct ExerciseStatus {
    std::string request_id;  // a UUID
    std::string agent_request_id;
    Time received;
    std::optional<Time> expected_by;
    std::optional<Time> expires_at;
    Standing standing;
    bool has_results = false;  // to be fetched by the person, in the portal
};

class Drp {
  public:
    // `business`: what we are called in the protocol's directory; empty: the protocol is off.
    static Result<std::unique_ptr<Drp>> create(sql::Connection& store, gate::Gate& gate,
                                               Rights& rights, std::string business,
                                               const Clock& clock, Random& random);
    bool is_on() const { return !business_.empty(); }
    Agents& agents() { return agents_; }

    // POST /v1/agent/{agent-id}: a token, shown once.
    Answered<std::string> set_up(std::string_view agent, std::string_view body);
    // POST /v1/data-rights-request
    Answered<ExerciseStatus> exercise(const Agent& agent, std::string_view body);
    // GET and DELETE /v1/data-rights-request/{id}. 403 of another agent's, 404 of nobody's.
    Answered<ExerciseStatus> look(const Agent& agent, std::string_view id);
    Answered<ExerciseStatus> revoke(const Agent& agent, std::string_view id, std::string_view body);

    // Which agent asked for a request under the policy, by name; nothing when none did.
    Result<std::optional<std::string>> agent_of(const RightId& right);

    // What agents who gave an address are to be told now (agent_teller.hh), and whether it was
    // taken: else it is told again, later.
    struct Callback {
        ExerciseId id;
        std::string url;     // on the host that the operator named
        std::string before;  // what was told last
        std::string mark;
        ExerciseStatus told;
        std::int64_t tries = 0;
    };
    Result<std::vector<Callback>> callbacks_due();
    Status callback_ended(const Callback& callback, bool taken);

    // Opens what was taken; false when there was nothing. Called by one thread, and by others of a
    // shared store.
    Result<bool> step();
    void on_notify(std::function<void()> wake);

  private:
    struct Row;
    Drp(sql::Connection& store, gate::Gate& gate, Rights& rights, std::string business,
        const Clock& clock, Random& random)
        : store_(store),
          gate_(gate),
          rights_(rights),
          business_(std::move(business)),
          clock_(clock),
          random_(random),
          agents_(store, clock, random) {}

    Result<bool> was_taken(const crypto::Hash& digest);
    static Status write_taken(sql::Writer& unit, const Signed& message);
    Status check_policy() const;
    static Result<Row> read_row(const sql::Row& row);
    Result<std::optional<Row>> find(const ExerciseId& id);
    Result<std::optional<Row>> find_named(std::string_view agent, const std::string& named);
    Status write(sql::Writer& unit, const Row& row);
    Status end(sql::Writer& unit, const Row& row, const Standing& standing);
    Status open(const Row& row);
    Result<ExerciseStatus> tell(const Row& row);
    Answered<Row> own(const Agent& agent, std::string_view id);
    Answered<Row> take(const Agent& agent, const Signed& message);
    static std::string mark_of(const ExerciseStatus& told);
    Status note_callback(const ExerciseId& id, const std::string& mark, Time next,
                         std::int64_t tries);
    void sweep();
    void notify();

    sql::Connection& store_;
    gate::Gate& gate_;
    Rights& rights_;
    const std::string business_;
    const Clock& clock_;
    Random& random_;
    Agents agents_;
    std::atomic<std::int64_t> swept_ms_{0};
    std::mutex mutex_;  // guards wake_
    std::function<void()> wake_;
};

}  // namespace avow::services::drp
