// SPDX-License-Identifier: Apache-2.0
// "Change your passwords often" as help: the change itself, its age, and a reminder for who asks
// for one. Nothing here ever makes anybody change a password.
#include <algorithm>
#include <array>

#include "services/account/accounts.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::array<std::int64_t, 4> kIntervals{0, 90, 180, 365};

}  // namespace

std::span<const std::int64_t> reminder_intervals() {
    return kIntervals;
}

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

Result<Personal<std::string>> Accounts::own_address(const CustomerId& customer) {
    const gate::Actor actor{gate::Actor::Kind::customer, "customer", "", false, false};
    TRY(auto held, gate_.held(customer, actor));
    Personal<std::string> email("");
    for (auto& collection : held) {
        for (auto& field : collection.fields) {
            if (field.field == "email") email = std::move(field.value);
        }
    }
    return email;
}

Result<PasswordChanged> Accounts::change_password(PasswordChange change) {
    const auto token = gate_.own_data_token();
    TRY(const auto before, check_current_password(change.customer, change.session, change.current));
    TRY(const auto account, get(change.customer));
    TRY(const auto email, own_address(change.customer));
    TRY_OK(check_new_password(change.wanted.reveal(token), email.reveal(token)));
    if (change.wanted.reveal(token) == change.current.reveal(token)) {
        return Error(Code::invalid, "the password cannot be used")
            .at("/password", "is the one you have: choose a new one");
    }
    TRY(const auto after, hasher_.hash(change.wanted.reveal(token)));
    const auto bearer = sessions_->make();
    PasswordChanged changed{bearer.text, 0};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView customer(change.customer.bytes());
        TRY(const auto rows,
            unit.run(statements::change_password, {customer, std::string_view(before),
                                                   std::string_view(after), clock_.now().ms}));
        if (rows == 0) return Error(Code::conflict, "the password was changed meanwhile");
        TRY_OK(unit.execute(statements::set_weak_since, {customer, nullptr}));
        TRY_OK(Devices::write_forget_all(unit, change.customer));
        TRY_OK(sessions_->write_begin(unit, change.customer, bearer));
        TRY(changed.ended, sessions_->write_end_others(unit, change.customer, bearer.hash));
        return letters_.write(unit, change.customer,
                              {LetterKind::password_changed, account.language});
    }));
    sessions_->forget(change.customer);
    letters_.notify();
    return changed;
}

Result<PasswordFacts> Accounts::password_facts(const CustomerId& customer) {
    std::optional<PasswordFacts> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_password_help, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                found = PasswordFacts{{row.integer(0)}, row.integer(1), {}, false};
                                if (!row.is_null(2)) found->weak_since = Time{row.integer(2)};
                                return {};
                            });
    }));
    if (!found) return Error(Code::not_found, "this customer has no account");
    const auto due = found->changed + found->remind_days * kDayMs;
    found->reminder_due = found->remind_days > 0 && clock_.now() >= due;
    return *found;
}

Status Accounts::set_reminder(const CustomerId& customer, std::int64_t days) {
    if (std::find(kIntervals.begin(), kIntervals.end(), days) == kIntervals.end()) {
        return Error(Code::invalid, "the interval cannot be used")
            .at("/days", "must be 0 (never), 90, 180 or 365");
    }
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::set_reminder, {ByteView(customer.bytes()), days});
    });
}

Status Accounts::screen_again(const CustomerId& customer, std::string_view password,
                              std::string_view email) {
    TRY(const auto facts, password_facts(customer));
    const bool weak = !check_new_password(password, email);
    if (weak == facts.weak_since.has_value()) return {};
    return store_.write([&](sql::Writer& unit) {
        const auto since = weak ? sql::Parameter(clock_.now().ms) : sql::Parameter(nullptr);
        return unit.execute(statements::set_weak_since, {ByteView(customer.bytes()), since});
    });
}

}  // namespace avow::services
