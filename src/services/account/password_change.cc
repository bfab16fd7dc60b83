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

Status Accounts::check_former(const CustomerId& customer, std::string_view wanted) {
    if (rules_.former == 0) return {};
    TRY(const auto current, password_hash(customer));
    std::vector<std::string> former{current};
    TRY_OK(store_.read([&](sql::Reader& reader) {
        former.resize(1);
        return reader.query(statements::list_former_passwords,
                            {ByteView(customer.bytes()), rules_.former - 1},
                            [&](const sql::Row& row) -> Status {
                                former.emplace_back(row.text(0));
                                return {};
                            });
    }));
    for (const auto& hash : former) {
        if (!hasher_.verify(hash, wanted)) continue;
        return Error(Code::invalid, "the password cannot be used")
            .at("/password",
                "is one of your last " + std::to_string(rules_.former) + ": choose another");
    }
    return {};
}

// In place of the one with the hash `before`; browsers that were known have to show themselves
// anew.
Status Accounts::write_password(sql::Writer& unit, const CustomerId& customer,
                                std::string_view before, std::string_view after) const {
    const ByteView id(customer.bytes());
    const auto now = clock_.now().ms;
    TRY(const auto rows, unit.run(statements::change_password, {id, before, after, now}));
    if (rows == 0) return Error(Code::conflict, "the password was changed meanwhile");
    if (rules_.former > 0) {
        TRY_OK(unit.execute(statements::insert_former_password, {id, now, before}));
        TRY_OK(unit.execute(statements::delete_old_former_passwords, {id, rules_.former}));
    }
    TRY_OK(unit.execute(statements::set_weak_since, {id, nullptr}));
    return Devices::write_forget_all(unit, customer);
}

// PCI DSS 4.0.1 8.3.9: where a password is the only factor. Who is asked has shown that they know
// it.
Status Accounts::renew_if_over_age(const CustomerId& customer, const SignIn& form) {
    if (rules_.max_age_days == 0) return {};
    TRY(const auto facts, password_facts(customer));
    TRY(const auto factor, second_factor_.state(customer));
    if (factor.since || clock_.now() - facts.changed < rules_.max_age_days * kDayMs) return {};
    const auto place = [](std::string detail) {
        return Error(Code::denied, "the password is over its age: a new one is wanted besides")
            .at(std::string(kNewPasswordPlace), std::move(detail));
    };
    if (!form.new_password) {
        return place("choose one: the old one is more than " + std::to_string(rules_.max_age_days) +
                     " days old");
    }
    const auto token = gate_.own_data_token();
    const auto& wanted = form.new_password->reveal(token);
    auto fits = check_new_password(wanted, form.email.reveal(token));
    if (fits) fits = check_former(customer, wanted);
    if (!fits && fits.error().code() == Code::invalid && !fits.error().inputs().empty())
        return place(fits.error().inputs().front().detail);
    TRY_OK(fits);
    TRY(const auto account, get(customer));
    TRY(const auto before, password_hash(customer));
    TRY(const auto after, hasher_.hash(wanted));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_password(unit, customer, before, after));
        TRY_OK(unit.execute(statements::delete_sessions_of_customer, {ByteView(customer.bytes())}));
        return letters_.write(unit, customer, {LetterKind::password_changed, account.language});
    }));
    sessions_->forget(customer);
    letters_.notify();
    return {};
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
    TRY_OK(check_former(change.customer, change.wanted.reveal(token)));
    TRY(const auto after, hasher_.hash(change.wanted.reveal(token)));
    const auto bearer = sessions_->make();
    PasswordChanged changed{bearer.text, 0};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_password(unit, change.customer, before, after));
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
    const auto policy = gate_.policies().in_force();
    // What is guessed first; what it is made of may have been asked for only later.
    auto rules = rules_;
    rules.letters_and_digits = false;
    const bool weak =
        !check_password(password, email, policy ? policy->organization : "", common_, rules);
    if (weak == facts.weak_since.has_value()) return {};
    return store_.write([&](sql::Writer& unit) {
        const auto since = weak ? sql::Parameter(clock_.now().ms) : sql::Parameter(nullptr);
        return unit.execute(statements::set_weak_since, {ByteView(customer.bytes()), since});
    });
}

}  // namespace avow::services
