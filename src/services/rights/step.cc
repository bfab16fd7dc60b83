// SPDX-License-Identifier: Apache-2.0
// What the program does of a request: each step looks at the row, does what lasts outside of it,
// and writes the new state. Whatever breaks off in between is done again from the row.
#include <algorithm>

#include <boost/json.hpp>

#include "base/fault.hh"
#include "base/log.hh"
#include "services/rights/rights.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kFirstRetryMs = kSecondMs;
constexpr std::int64_t kLastRetryMs = kHourMs;

gate::Actor program() {
    return {gate::Actor::Kind::system, "requests under the policy", "intake", false, false};
}

// By whose word: the gate lets an erasure through to an officer, and the customer reads who it was.
gate::Actor by_word_of(const Right& right) {
    return {gate::Actor::Kind::system,
            "requests under the policy, approved by " + right.approved_by, "officer intake", true,
            false};
}

std::int64_t retry_after(std::int64_t tries) {
    auto wait = kFirstRetryMs;
    for (std::int64_t i = 1; i < tries && wait < kLastRetryMs; ++i) wait *= 2;
    return std::min(wait, kLastRetryMs);
}

bool takes_something(const gate::ErasurePlan& plan) {
    return plan.whole || std::any_of(plan.goes.begin(), plan.goes.end(),
                                     [](const auto& line) { return line.what == "values"; });
}

}  // namespace

Result<bool> Rights::step() {
    TRY_OK(forget_old());
    std::vector<RightId> due;
    std::vector<CustomerId> whose;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        due.clear();
        whose.clear();
        return reader.query(statements::read_due_rights, {clock_.now().ms},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                const auto id = RightId::from_bytes(row.blob(1));
                                if (!customer || !id) return Error(Code::corrupt, "a damaged id");
                                whose.push_back(*customer);
                                due.push_back(*id);
                                return {};
                            });
    }));
    for (std::size_t i = 0; i < due.size(); ++i) {
        // Somebody else may have moved it since.
        const auto right = find(whose[i], due[i]);
        if (!right || right->due.ms == 0 || right->due > clock_.now()) continue;
        const auto moved = step_one(*right);
        if (moved || moved.error().code() == Code::conflict) continue;
        log::error("right_not_moved", {{"right", right->id.text()},
                                       {"state", name_of(right->state)},
                                       {"cause", moved.error().describe()}});
        TRY_OK(wait(*right, clock_.now() + kMinuteMs));
    }
    return !due.empty();
}

Status Rights::wait(const Right& right, Time until) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::postpone_right,
                            {ByteView(right.customer.bytes()), ByteView(right.id.bytes()),
                             right.revision, until.ms});
    });
}

Status Rights::step_one(const Right& right) {
    const auto now = clock_.now();
    switch (right.state) {
        case RightState::received: {
            Move made{right.shown.empty() ? RightEvent::tell : RightEvent::identify, program()};
            if (right.shown.empty()) made.letter = LetterKind::right_asked;
            TRY_OK(move(right, made));
            return {};
        }
        case RightState::unshown:
            if (now < right.until) return wait(right, right.until);
            TRY_OK(move(right, {RightEvent::expire, program()}));
            return {};
        case RightState::open:
            return collect(right);
        case RightState::collecting:
            return look_at_archive(right);
        case RightState::approved:
        case RightState::carrying:
            return carry(right);
        case RightState::ready: {
            std::optional<Export> archive;
            if (right.archive) {
                TRY(archive, exports_.find_for_right(right.customer, *right.archive));
            }
            const bool there = archive && archive->state != "failed";
            if (there && now < right.until)
                return wait(right, std::min(right.until, now + kHourMs));
            TRY_OK(move(right, {there ? RightEvent::lapse : RightEvent::stale, program(),
                                [](Right& changed) { changed.archive.reset(); }}));
            return {};
        }
        case RightState::review:
        case RightState::done:
        case RightState::refused:
        case RightState::withdrawn:
        case RightState::expired:
            break;
    }
    return {};
}

Status Rights::collect(const Right& right) {
    Move made{RightEvent::collect, program()};
    std::optional<Export> archive;
    if (right.kind == RightKind::access) {
        TRY(archive, exports_.prepare(right.customer, right.language));
        made.change = [&](Right& changed) { changed.archive = archive->id; };
        made.rows = [&](sql::Writer& unit) { return exports_.write_for_right(unit, *archive); };
    }
    TRY_OK(move(right, made));
    if (archive) exports_.notify();
    return {};
}

Status Rights::look_at_archive(const Right& right) {
    if (right.kind != RightKind::access) {
        TRY_OK(move(right, {RightEvent::collected, program()}));
        return {};
    }
    std::optional<Export> archive;
    if (right.archive) {
        TRY(archive, exports_.find_for_right(right.customer, *right.archive));
    }
    if (archive && (archive->state == "waiting" || archive->state == "making"))
        return wait(right, clock_.now() + kLookAgainMs);
    if (archive && archive->state == "ready") {
        TRY_OK(move(right,
                    {RightEvent::collected, program(), [](Right& changed) { changed.tries = 0; }}));
        return {};
    }
    const auto again = clock_.now() + retry_after(right.tries + 1);
    TRY_OK(move(right, {RightEvent::fail, program(), [&](Right& changed) {
                            changed.archive.reset();
                            ++changed.tries;
                            changed.due = again;
                        }}));
    return {};
}

Status Rights::carry(const Right& right) {
    if (right.kind == RightKind::access) {
        std::optional<Export> archive;
        if (right.archive) {
            TRY(archive, exports_.find_for_right(right.customer, *right.archive));
        }
        Move made{RightEvent::stale, program(), [](Right& changed) { changed.archive.reset(); }};
        if (archive && archive->state == "ready") {
            made = {RightEvent::deliver, program()};
            made.letter = LetterKind::right_news;
            made.rows = [&](sql::Writer& unit) {
                return Exports::write_gone(unit, right.customer, *right.archive,
                                           clock_.now() + 2 * kReadyMs);
            };
        }
        TRY_OK(move(right, made));
        return {};
    }
    if (right.kind == RightKind::erasure) return erase(right);
    if (right.state == RightState::approved) {
        TRY_OK(move(right, {RightEvent::carry, program()}));
        return {};
    }
    return right.kind == RightKind::objection ? object(right) : correct(right);
}

Status Rights::erase(const Right& right) {
    const gate::Scope whole{gate::Scope::Kind::customer, ""};
    TRY(const auto plan, gate_.preview(right.customer, whole));
    if (right.state == RightState::approved) {
        const auto event = takes_something(plan) ? RightEvent::carry : RightEvent::keep;
        TRY_OK(move(right, {event, program()}));
        return {};
    }
    if (!takes_something(plan)) {
        // What is left is under a hold or a duty, and the preview says which.
        Move made{RightEvent::carried, program()};
        made.letter = LetterKind::right_news;
        TRY_OK(move(right, made));
        return {};
    }
    // Erased whole, the request is done in the erasure's own transaction.
    TRY_OK(gate_.erase(right.customer, whole, by_word_of(right)));
    fault_point("rights.erased");
    return {};
}

Status Rights::object(const Right& right) {
    TRY(const auto purposes, objectionable());
    for (const auto& purpose : purposes) {
        TRY_OK(gate_.permit(right.customer, {purpose, false},
                            "a request under the policy: objection, " + right.id.text(),
                            by_word_of(right)));
        fault_point("rights.objected");
    }
    TRY(const auto standing, gate_.permissions(right.customer));
    for (const auto& purpose : purposes) {
        const bool stands = std::any_of(standing.begin(), standing.end(), [&](const auto& one) {
            return one.purpose == purpose && one.said == gate::Said::no;
        });
        if (!stands) return Error(Code::unavailable, "an objection did not come to stand");
    }
    Move made{RightEvent::carried, program()};
    made.letter = LetterKind::right_news;
    TRY_OK(move(right, made));
    return {};
}

// The correction's own transaction says that it is done.
Status Rights::correct(const Right& right) {
    gate::Collection collection;
    collection.channel = right.channel;
    collection.customer = right.customer;
    collection.evidence = "a request under the policy: correction, " + right.id.text();
    TRY(collection.fields, open_fields(right));
    const auto changed = moved(right, {RightEvent::carried, program()}, RightState::done);
    const auto collected = gate_.collect(
        collection, by_word_of(right), [&](sql::Writer& unit, const CustomerId&) -> Status {
            TRY_OK(write_move(unit, right, changed));
            return letters_.write(unit, right.customer,
                                  letter_about(LetterKind::right_news, changed));
        });
    if (!collected) {
        const auto code = collected.error().code();
        const bool unfit =
            code == Code::invalid || code == Code::conflict || code == Code::too_large;
        if (!unfit) return collected.error();
        TRY_OK(move(right, {RightEvent::unfit, program()}));
        return {};
    }
    fault_point("rights.corrected");
    letters_.notify();
    return {};
}

Status Rights::forget_old() {
    const auto now = clock_.now();
    if (now.ms - swept_ms_ < kHourMs) return {};
    swept_ms_ = now.ms;
    std::vector<std::pair<Bytes, Bytes>> old;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        old.clear();
        return reader.query(statements::list_old_rights, {now.ms},
                            [&](const sql::Row& row) -> Status {
                                const auto id = RightId::from_bytes(row.blob(1));
                                if (id)
                                    old.emplace_back(to_bytes(row.blob(0)), to_bytes(row.blob(1)));
                                return {};
                            });
    }));
    for (const auto& one : old) {
        TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
            TRY_OK(unit.execute(statements::delete_right_owner, {ByteView(one.second)}));
            return unit.execute(statements::delete_right,
                                {ByteView(one.first), ByteView(one.second)});
        }));
    }
    return {};
}

}  // namespace avow::services
