// SPDX-License-Identifier: Apache-2.0
#include "services/account/accounts.hh"

#include "base/log.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

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
                                                   std::string_view common_passwords,
                                                   const Clock& clock, Random& random) {
    TRY(const auto common, CommonPasswords::create(common_passwords));
    TRY_OK(store.migrate("account", {statements::account_schema_1, statements::account_schema_2}));
    TRY(auto sessions, Sessions::create(store, clock, random));
    std::unique_ptr<Accounts> accounts(
        new Accounts(store, gate, common, std::move(sessions), clock));
    accounts->go_with_the_customer();
    return accounts;
}

void Accounts::go_with_the_customer() {
    gate_.accompany(
        {"account", count_by(statements::count_account_of_customer),
         [](sql::Writer& unit, const CustomerId& customer) -> Status {
             TRY_OK(unit.execute(statements::delete_password_help, {ByteView(customer.bytes())}));
             return unit.execute(statements::delete_account, {ByteView(customer.bytes())});
         },
         [](const CustomerId&) {}});
    gate_.accompany({"sessions", count_by(statements::count_sessions_of_customer),
                     [](sql::Writer& unit, const CustomerId& customer) {
                         return unit.execute(statements::delete_sessions_of_customer,
                                             {ByteView(customer.bytes())});
                     },
                     [this](const CustomerId& customer) { sessions_->forget(customer); }});
}

Status Accounts::check_new_password(std::string_view password, std::string_view email) const {
    const auto policy = gate_.policies().in_force();
    return check_password(password, email, policy ? policy->organization : "", common_);
}

Result<SignedIn> Accounts::sign_up(SignUp form) {
    const auto token = gate_.own_data_token();
    TRY_OK(check_new_password(form.password.reveal(token), form.email.reveal(token)));
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
    TRY(auto session, sessions_->begin(collected.customer));
    return SignedIn{collected.customer, std::move(session)};
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
    TRY_OK(screen_again(*customer, password.reveal(token), email.reveal(token)));
    TRY(auto session, sessions_->begin(*customer));
    return SignedIn{*customer, std::move(session)};
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
