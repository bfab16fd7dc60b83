// SPDX-License-Identifier: Apache-2.0
#include "services/account/sessions.hh"

#include <algorithm>

#include "base/bytes.hh"
#include "base/log.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kTouchEveryMs = kMinuteMs;  // a session's last sight, to the minute

// A second hash: who reads the list learns neither the token nor what it is stored under.
std::string id_of(ByteView token_hash) {
    const auto hash = crypto::sha256(as_bytes("avow/session-id/v1"), token_hash);
    return "ses_" + base64url(ByteView(hash).first(16));
}

}  // namespace

Result<std::unique_ptr<Sessions>> Sessions::create(sql::Connection& store, const Clock& clock,
                                                   Random& random) {
    const auto now = clock.now();
    TRY_OK(store.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_old_sessions,
                            {now.ms - kSessionLifeMs, now.ms - kSessionIdleMs});
    }));
    return std::unique_ptr<Sessions>(new Sessions(store, clock, random));
}

Status Sessions::write_begin(sql::Writer& unit, const CustomerId& customer,
                             const Bearer& bearer) const {
    return unit.execute(statements::insert_session,
                        {ByteView(bearer.hash), ByteView(customer.bytes()), clock_.now().ms});
}

bool Sessions::is_over(const Session& session) const {
    const auto now = clock_.now();
    return now - session.seen > kSessionIdleMs || now - session.created > kSessionLifeMs;
}

Result<std::optional<Session>> Sessions::load(const crypto::Hash& hash) {
    std::optional<Session> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_session, {ByteView(hash)}, [&](const sql::Row& row) -> Status {
                const auto customer = CustomerId::from_bytes(row.blob(0));
                if (!customer) return Error(Code::corrupt, "a session has a damaged id");
                found = Session{*customer, {row.integer(1)}, {row.integer(2)}, {row.integer(3)}};
                return {};
            });
    }));
    return found;
}

Result<std::optional<Session>> Sessions::find(std::string_view session) {
    const auto hash = hash_of_bearer(session);
    const std::string key(as_text(hash));
    std::optional<Session> found;
    std::uint64_t ended_before = 0;
    {
        const std::lock_guard lock(mutex_);
        ended_before = ended_;
        if (const auto kept = kept_.find(key); kept != kept_.end()) found = kept->second;
    }
    if (!found) {
        TRY(found, load(hash));
    }
    if (!found || is_over(*found)) return std::optional<Session>();
    if (clock_.now() - found->seen >= kTouchEveryMs) {
        found->seen = clock_.now();
        const auto touched = store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::touch_session, {ByteView(hash), found->seen.ms});
        });
        // A full disk ends nobody's reading: at worst the session ends sooner after a restart.
        if (!touched) log::warn("session_not_touched", {{"cause", touched.error().cause().value}});
    }
    const std::lock_guard lock(mutex_);
    // A session that ended while we read it must not be kept.
    if (ended_ != ended_before) return found;
    if (kept_.size() >= kKept) kept_.erase(kept_.begin());
    kept_.insert_or_assign(key, *found);
    return found;
}

Result<std::vector<ListedSession>> Sessions::list(const CustomerId& customer,
                                                  std::string_view current) {
    const auto now = clock_.now();
    const auto own = hash_of_bearer(current);
    std::vector<ListedSession> sessions;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        sessions.clear();
        return reader.query(
            statements::list_sessions,
            {ByteView(customer.bytes()), now.ms - kSessionLifeMs, now.ms - kSessionIdleMs},
            [&](const sql::Row& row) -> Status {
                sessions.push_back({id_of(row.blob(0)),
                                    {row.integer(1)},
                                    {row.integer(2)},
                                    crypto::equal(row.blob(0), own)});
                return {};
            });
    }));
    return sessions;
}

Result<std::string> Sessions::renew(const CustomerId& customer, std::string_view session) {
    const auto bearer = make();
    const auto before = hash_of_bearer(session);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_session, {ByteView(before)}));
        return write_begin(unit, customer, bearer);
    }));
    forget(customer);
    return bearer.text;
}

Status Sessions::end(std::string_view session) {
    return end_by_hash(hash_of_bearer(session));
}

Status Sessions::end_by_hash(const crypto::Hash& hash) {
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_session, {ByteView(hash)});
    }));
    const std::lock_guard lock(mutex_);
    ++ended_;
    kept_.erase(std::string(as_text(hash)));
    return {};
}

Status Sessions::end_by_id(const CustomerId& customer, std::string_view id) {
    std::optional<crypto::Hash> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::list_sessions,
                            {ByteView(customer.bytes()), std::int64_t{0}, std::int64_t{0}},
                            [&](const sql::Row& row) -> Status {
                                const auto hash = row.blob(0);
                                if (id_of(hash) != id) return {};
                                found.emplace();
                                std::copy_n(hash.begin(), found->size(), found->begin());
                                return {};
                            });
    }));
    if (!found) return Error(Code::not_found, "you have no such session, or it has ended");
    return end_by_hash(*found);
}

Result<std::int64_t> Sessions::end_others(const CustomerId& customer, std::string_view kept) {
    std::int64_t ended = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(ended, write_end_others(unit, customer, hash_of_bearer(kept)));
        return {};
    }));
    forget(customer);
    return ended;
}

Result<std::int64_t> Sessions::write_end_others(sql::Writer& unit, const CustomerId& customer,
                                                const crypto::Hash& kept) const {
    return unit.run(statements::delete_other_sessions,
                    {ByteView(customer.bytes()), ByteView(kept)});
}

void Sessions::forget(const CustomerId& customer) {
    const std::lock_guard lock(mutex_);
    ++ended_;
    std::erase_if(kept_, [&](const auto& one) { return one.second.customer == customer; });
}

}  // namespace avow::services
