// SPDX-License-Identifier: Apache-2.0
#include "services/account/accounts.hh"

#include "base/log.hh"
#include "base/text.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kTouchEveryMs = kMinuteMs;  // a session's last sight, to the minute

Status check_password(std::string_view password, std::string_view email) {
    Error wrong(Code::invalid, "the password cannot be used");
    const auto length = length_of(password);
    if (first_invalid_utf8(password)) return std::move(wrong).at("/password", "is not valid UTF-8");
    if (length < kPasswordMin) {
        return std::move(wrong).at("/password",
                                   "is shorter than 12 characters: a few words make a "
                                   "good one");
    }
    if (length > kPasswordMax)
        return std::move(wrong).at("/password", "is longer than 128 characters");
    if (fold(password) == fold(email)) {
        return std::move(wrong).at("/password", "is the email address: choose something else");
    }
    return {};
}

auto count_by(std::string_view statement) {
    return [statement](sql::Reader& reader, const CustomerId& customer) -> Result<std::int64_t> {
        std::int64_t count = 0;
        TRY_OK(reader.query(statement, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                count = row.integer(0);
                                return {};
                            }));
        return count;
    };
}

Error wrong_credentials() {
    return {Code::denied, "the email address or the password is not right"};
}

}  // namespace

Result<std::unique_ptr<Accounts>> Accounts::create(sql::Connection& store, gate::Gate& gate,
                                                   const Clock& clock, Random& random) {
    TRY_OK(store.migrate("account", {statements::account_schema_1}));
    const auto now = clock.now();
    TRY_OK(store.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_old_sessions,
                            {now.ms - kSessionLifeMs, now.ms - kSessionIdleMs});
    }));
    std::unique_ptr<Accounts> accounts(new Accounts(store, gate, clock, random));
    accounts->go_with_the_customer();
    return accounts;
}

void Accounts::go_with_the_customer() {
    gate_.accompany({"account", count_by(statements::count_account_of_customer),
                     [](sql::Writer& unit, const CustomerId& customer) {
                         return unit.execute(statements::delete_account,
                                             {ByteView(customer.bytes())});
                     },
                     [](const CustomerId&) {}});
    gate_.accompany({"sessions", count_by(statements::count_sessions_of_customer),
                     [](sql::Writer& unit, const CustomerId& customer) {
                         return unit.execute(statements::delete_sessions_of_customer,
                                             {ByteView(customer.bytes())});
                     },
                     [this](const CustomerId& customer) { forget_sessions(customer); }});
}

void Accounts::forget_sessions(const CustomerId& customer) {
    const std::lock_guard lock(mutex_);
    ++ended_;
    std::erase_if(kept_, [&](const auto& one) { return one.second.customer == customer; });
}

Result<SignedIn> Accounts::sign_up(SignUp form) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_password(form.password.reveal(token), form.email.reveal(token)));
    TRY(const auto hash, hasher_.hash(form.password.reveal(token)));
    gate::Collection collection;
    collection.channel = "portal";
    collection.match = gate::Collection::Match::only_new;
    collection.policy_version = form.policy_version;
    collection.evidence = "sign-up form of the portal, in " + form.language;
    collection.permissions = std::move(form.permissions);
    collection.once = std::move(form.once);
    collection.fields.push_back({"email", std::move(form.email)});
    if (form.name) collection.fields.push_back({"name", std::move(*form.name)});
    const gate::Actor actor{gate::Actor::Kind::customer, "customer", "", false, false};
    const auto insert = [&](sql::Writer& unit, const CustomerId& customer) {
        return unit.execute(
            statements::insert_account,
            {ByteView(customer.bytes()), std::string_view(hash), clock_.now().ms,
             std::string_view(form.language), std::string_view(form.policy_version)});
    };
    TRY(const auto collected, gate_.collect(collection, actor, insert));
    if (collected.again) {
        // The form once more: it opens a session like any sign-in, by the password of now.
        TRY(const auto current, password_hash(collected.customer));
        if (!hasher_.verify(current, form.password.reveal(token))) return wrong_credentials();
    }
    return begin_session(collected.customer);
}

Result<SignedIn> Accounts::sign_in(const Personal<std::string>& email,
                                   const Personal<std::string>& password) {
    const auto token = gate_.own_data_token();
    std::string hash;
    TRY(const auto customer, gate_.find_by_address(email));
    if (customer) {
        TRY(hash, password_hash(*customer));
    }
    if (hash.empty()) {
        hasher_.verify_nothing(password.reveal(token));
        return wrong_credentials();
    }
    if (!hasher_.verify(hash, password.reveal(token))) return wrong_credentials();
    if (hasher_.needs_rehash(hash)) {
        TRY(const auto stronger, hasher_.hash(password.reveal(token)));
        TRY_OK(store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::replace_password_hash,
                                {ByteView(customer->bytes()), std::string_view(stronger)});
        }));
    }
    return begin_session(*customer);
}

// Empty when the customer has no account.
Result<std::string> Accounts::password_hash(const CustomerId& customer) {
    std::string hash;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_account, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                hash = row.text(0);
                                return {};
                            });
    }));
    return hash;
}

Result<SignedIn> Accounts::begin_session(const CustomerId& customer) {
    const auto bearer = make_bearer("", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::insert_session,
                            {ByteView(bearer.hash), ByteView(customer.bytes()), clock_.now().ms});
    }));
    return SignedIn{customer, bearer.text};
}

Status Accounts::sign_out(std::string_view session) {
    const auto hash = hash_of_bearer(session);
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_session, {ByteView(hash)});
    }));
    const std::lock_guard lock(mutex_);
    ++ended_;
    kept_.erase(std::string(as_text(hash)));
    return {};
}

bool Accounts::is_over(const Session& session) const {
    const auto now = clock_.now();
    return now - session.seen > kSessionIdleMs || now - session.created > kSessionLifeMs;
}

Result<std::optional<Session>> Accounts::load_session(const crypto::Hash& hash) {
    std::optional<Session> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_session, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                const auto customer = CustomerId::from_bytes(row.blob(0));
                                if (!customer)
                                    return Error(Code::corrupt, "a session has a damaged id");
                                found = Session{*customer, {row.integer(1)}, {row.integer(2)}};
                                return {};
                            });
    }));
    return found;
}

Result<std::optional<Session>> Accounts::find_session(std::string_view session) {
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
        TRY(found, load_session(hash));
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
    if (kept_.size() >= kKeptSessions) kept_.erase(kept_.begin());
    kept_.insert_or_assign(key, *found);
    return found;
}

Result<Account> Accounts::get(const CustomerId& customer) {
    std::optional<Account> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::find_account, {ByteView(customer.bytes())},
            [&](const sql::Row& row) -> Status {
                found =
                    Account{{row.integer(1)}, std::string(row.text(2)), std::string(row.text(3))};
                return {};
            });
    }));
    if (!found) return Error(Code::not_found, "this customer has no account");
    return *found;
}

Status Accounts::note_policy_seen(const CustomerId& customer, std::string_view version) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::note_policy_seen, {ByteView(customer.bytes()), version});
    });
}

}  // namespace avow::services
