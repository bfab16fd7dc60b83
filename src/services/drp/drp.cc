// SPDX-License-Identifier: Apache-2.0
#include "services/drp/drp.hh"

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/log.hh"
#include "services/drp/claims.hh"
#include "services/drp/row.hh"
#include "services/statements.hh"

namespace avow::services::drp {
namespace {

Fault other_agents() {
    return {403, "This request is not one of yours.", true};
}

// 8-4-4-4-12, in small letters (RFC 9562 §4).
constexpr std::size_t kDashes[]{8, 13, 18, 23};

std::optional<ExerciseId> id_from(std::string_view uuid) {
    if (uuid.size() != 36) return std::nullopt;
    std::string digits(uuid);
    for (std::size_t i = std::size(kDashes); i-- > 0;) {
        if (digits[kDashes[i]] != '-') return std::nullopt;
        digits.erase(kDashes[i], 1);
    }
    const auto bytes = from_hex(digits);
    if (!bytes || hex(*bytes) != digits) return std::nullopt;
    return ExerciseId::from_bytes(*bytes);
}

std::string uuid_of(const ExerciseId& id) {
    auto text = hex(id.bytes());
    for (const auto dash : kDashes) text.insert(dash, "-");
    return text;
}

Error replayed() {
    return Error(Code::denied, "this message was taken before").caused_by("replayed");
}

}  // namespace

#define DRP_TRY_(temporary, declaration, ...)                           \
    auto temporary = (__VA_ARGS__);                                     \
    if (!temporary) return tl::unexpected(fault_of(temporary.error())); \
    declaration = std::move(*temporary)
#define DRP_TRY(declaration, ...) \
    DRP_TRY_(AVOW_NAME_(drp_try_, __COUNTER__), declaration, __VA_ARGS__)

Result<std::unique_ptr<Drp>> Drp::create(sql::Connection& store, gate::Gate& gate, Rights& rights,
                                         std::string business, const Clock& clock, Random& random) {
    TRY_OK(store.migrate("drp", {statements::drp_schema_1}));
    return std::unique_ptr<Drp>(new Drp(store, gate, rights, std::move(business), clock, random));
}

void Drp::on_notify(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void Drp::notify() {
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

Result<bool> Drp::was_taken(const crypto::Hash& digest) {
    bool taken = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_drp_taken, {ByteView(digest)},
                            [&](const sql::Row&) -> Status {
                                taken = true;
                                return {};
                            });
    }));
    return taken;
}

// In the unit of what the message does: whichever of two comes second finds it.
Status Drp::write_taken(sql::Writer& unit, const Signed& message) {
    bool taken = false;
    TRY_OK(unit.query(statements::find_drp_taken, {ByteView(message.digest)},
                      [&](const sql::Row&) -> Status {
                          taken = true;
                          return {};
                      }));
    if (taken) return replayed();
    return unit.execute(statements::insert_drp_taken,
                        {ByteView(message.digest), message.expires.value_or(Time{}).ms});
}

Answered<std::string> Drp::set_up(std::string_view agent_id, std::string_view body) {
    DRP_TRY(const auto agent, agents_.find(agent_id));
    if (!agent) return tl::unexpected(Fault{403, "There is no such agent.", true});
    const auto message = read_signed(body, {agent->id, agent->key, business_, clock_.now()});
    if (!message) return tl::unexpected(fault_of(message.error()));
    sweep();
    std::string token;
    const auto written = store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_taken(unit, *message));
        TRY(token, agents_.write_token(unit, agent->id));
        return {};
    });
    // A second one at the same moment meets the unique key.
    if (!written && written.error().code() == Code::conflict)
        return tl::unexpected(fault_of(Refusal::replayed));
    if (!written) return tl::unexpected(fault_of(written.error()));
    return token;
}

// Everything of an exercise that does not depend on whom it is about.
Answered<Drp::Row> Drp::take(const Agent& agent, const Signed& message) {
    auto claims = read_claims(message.body, agent);
    if (!claims) return tl::unexpected(claims.error());
    const auto now = clock_.now();
    Row row;
    row.id = ExerciseId::make(now, random_);
    row.agent = agent.id;
    row.named = claims->named.empty() ? uuid_of(*row.id) : "#" + claims->named;
    row.exercise = claims->exercise;
    row.regime = claims->regime;
    row.callback = claims->callback;
    row.received = now;
    DRP_TRY(auto before, find_named(agent.id, row.named));
    // Asked again with the agent's own id, after an answer that was lost.
    if (before && before->exercise != row.exercise) {
        return tl::unexpected(
            Fault{409, "agent-request-id was given to another request before.", true});
    }
    if (before) return std::move(*before);
    std::int64_t lately = 0;
    const auto counted = store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_drp_requests,
                            {std::string_view(agent.id), now.ms - kHourMs},
                            [&](const sql::Row& found) -> Status {
                                lately = found.integer(0);
                                return {};
                            });
    });
    if (!counted) return tl::unexpected(fault_of(counted.error()));
    if (lately >= kPerHour) return tl::unexpected(Fault{429, "Too many requests: wait.", false});
    if (const auto fits = check_policy(); !fits) return tl::unexpected(fault_of(fits.error()));
    if (!kind_of(row.exercise)) {
        row.ended = denied_opt_in();
    } else if (!claims->email) {
        row.ended = denied_without_address();
    } else {
        row.sealed = gate_.seal_for_house(row.id->bytes(),
                                          as_bytes(claims->email->reveal(gate_.own_data_token())));
        row.open_ms = now.ms;
    }
    if (row.ended) row.until = now + kEndedKeptMs;
    if (!row.callback.empty() && !row.ended) {
        // The answer to this very call tells the first status.
        DRP_TRY(const auto first, tell(row));
        row.told = mark_of(first);
        row.next_ms = now.ms;
    }
    const auto written = store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_taken(unit, message));
        return write(unit, row);
    });
    if (!written && written.error().code() == Code::conflict) {
        DRP_TRY(before, find_named(agent.id, row.named));
        if (before) return std::move(*before);
        return tl::unexpected(fault_of(Refusal::replayed));
    }
    if (!written) return tl::unexpected(fault_of(written.error()));
    fault_point("drp.taken");
    notify();
    return row;
}

Answered<ExerciseStatus> Drp::exercise(const Agent& agent, std::string_view body) {
    const auto message = read_signed(body, {agent.id, agent.key, business_, clock_.now()});
    if (!message) return tl::unexpected(fault_of(message.error()));
    sweep();
    DRP_TRY(const bool taken, was_taken(message->digest));
    if (taken) return tl::unexpected(fault_of(Refusal::replayed));
    const auto row = take(agent, *message);
    if (!row) return tl::unexpected(row.error());
    DRP_TRY(auto told, tell(*row));
    return told;
}

Answered<Drp::Row> Drp::own(const Agent& agent, std::string_view id) {
    const auto known = id_from(id);
    if (!known) return tl::unexpected(Fault{404, "There is no such request.", true});
    DRP_TRY(auto row, find(*known));
    if (!row) return tl::unexpected(Fault{404, "There is no such request.", true});
    if (row->agent != agent.id) return tl::unexpected(other_agents());
    return std::move(*row);
}

Answered<ExerciseStatus> Drp::look(const Agent& agent, std::string_view id) {
    const auto row = own(agent, id);
    if (!row) return tl::unexpected(row.error());
    DRP_TRY(auto told, tell(*row));
    return told;
}

Answered<ExerciseStatus> Drp::revoke(const Agent& agent, std::string_view id,
                                     std::string_view body) {
    const auto row = own(agent, id);
    if (!row) return tl::unexpected(row.error());
    const auto message =
        read_signed(body, {agent.id, agent.key, business_, clock_.now(), Names::if_any});
    if (!message) return tl::unexpected(fault_of(message.error()));
    DRP_TRY(const auto now_told, tell(*row));
    // Sent again it says the same: so it is no replay of anything.
    if (now_told.standing == revoked()) return now_told;
    if (now_told.standing.is_final())
        return tl::unexpected(Fault{409, "The request is over: there is nothing to revoke.", true});
    const auto rows = [&](sql::Writer& unit) -> Status {
        // Holds a row that waits to be opened: whoever opens it meanwhile finds it over, or we find
        // it opened.
        if (row->open_ms > 0) {
            TRY(const auto held, unit.run(statements::postpone_drp_request,
                                          {ByteView(row->id->bytes()), row->open_ms}));
            if (held != 1) return Error(Code::denied, "opened meanwhile").caused_by("opened");
        }
        if (message->expires) TRY_OK(write_taken(unit, *message));
        return end(unit, *row, revoked());
    };
    if (row->follows && row->right && row->customer) {
        const auto withdrawn = rights_.withdraw_for(*row->customer, *row->right, agent.name, rows);
        if (!withdrawn && withdrawn.error().code() == Code::conflict) {
            return tl::unexpected(
                Fault{409, "The request is carried out already, or changed meanwhile.", false});
        }
        if (!withdrawn) return tl::unexpected(fault_of(withdrawn.error()));
    } else if (const auto written = store_.write(rows); !written) {
        if (written.error().cause().value == "opened") return revoke(agent, id, body);
        return tl::unexpected(fault_of(written.error()));
    }
    DRP_TRY(const auto after, find(*row->id));
    if (!after) return tl::unexpected(Fault{404, "There is no such request.", true});
    DRP_TRY(auto told, tell(*after));
    return told;
}

Result<ExerciseStatus> Drp::tell(const Row& row) {
    ExerciseStatus told;
    told.request_id = uuid_of(*row.id);
    if (row.named.starts_with('#')) told.agent_request_id = row.named.substr(1);
    told.received = row.received;
    if (row.ended) {
        told.standing = *row.ended;
        told.expires_at = row.until;
    } else {
        const auto now = clock_.now();
        auto standing = standing_unfollowed(row.received, now);
        told.expected_by = deadline_of(row.received, row.regime);
        if (row.follows && row.right && row.customer) {
            TRY(const auto right, rights_.own(*row.customer, *row.right));
            standing = standing_of(right, row.received, now);
            told.expected_by = right.deadline;
        }
        told.standing = standing;
        // What was told once stays: an archive that went is made anew for the person, not for the
        // agent.
        if (standing.is_final()) {
            told.expires_at = now + kEndedKeptMs;
            TRY_OK(store_.write([&](sql::Writer& unit) { return end(unit, row, standing); }));
        } else if (!standing.reason.empty()) {
            told.expires_at = row.received + kVerificationMs;
        }
    }
    const auto kind = kind_of(row.exercise);
    told.has_results = told.standing.status == "fulfilled" && kind == RightKind::access;
    return told;
}

}  // namespace avow::services::drp
