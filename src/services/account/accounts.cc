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
                                                   Letters& letters,
                                                   std::string_view common_passwords,
                                                   const Clock& clock, Random& random) {
    TRY(const auto common, CommonPasswords::create(common_passwords));
    TRY_OK(store.migrate("account", {statements::account_schema_1, statements::account_schema_2,
                                     statements::account_schema_3, statements::account_schema_4}));
    TRY(auto links, Links::create(store, letters, clock, random));
    TRY(auto sessions, Sessions::create(store, clock, random));
    std::unique_ptr<Accounts> accounts(new Accounts(
        store, gate, letters, common, std::move(sessions), std::move(links), clock, random));
    accounts->go_with_the_customer();
    return accounts;
}

void Accounts::go_with_the_customer() {
    gate_.accompany(
        {"account", count_by(statements::count_account_of_customer),
         [](sql::Writer& unit, const CustomerId& customer) -> Status {
             TRY_OK(Devices::write_forget_all(unit, customer));
             TRY_OK(Links::write_forget_all(unit, customer));
             TRY_OK(Passkeys::write_forget_all(unit, customer));
             TRY_OK(SecondFactor::write_forget_all(unit, customer));
             TRY_OK(unit.execute(statements::delete_address_proof, {ByteView(customer.bytes())}));
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
    const auto secret = links_->make();
    const auto insert = [&](sql::Writer& unit, const CustomerId& customer) -> Status {
        TRY_OK(
            unit.execute(statements::insert_account,
                         {ByteView(customer.bytes()), std::string_view(hash), clock_.now().ms,
                          std::string_view(form.language), std::string_view(form.policy_version)}));
        return links_->write(unit, customer, LinkKind::verify, form.language, secret);
    };
    TRY(const auto collected, gate_.collect(collection, actor, insert));
    letters_.notify();
    if (collected.again) {
        // The form once more: it opens a session like any sign-in, by the password of now.
        TRY(const auto current, password_hash(collected.customer));
        if (!hasher_.verify(current, form.password.reveal(token))) return wrong_credentials();
    }
    return begin_session(collected.customer, std::nullopt);
}

Result<SignedIn> Accounts::begin_session(const CustomerId& customer,
                                         const std::optional<crypto::Hash>& known) {
    const auto session = sessions_->make();
    const auto device = devices_.make();
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(sessions_->write_begin(unit, customer, session));
        return known ? devices_.write_seen(unit, customer, *known)
                     : devices_.write_new(unit, customer, device);
    }));
    return SignedIn{customer, session.text, known ? "" : device.text};
}

Result<SignedIn> Accounts::sign_in(const SignIn& form) {
    const auto token = gate_.own_data_token();
    const auto email = form.email.reveal(token);
    const auto password = form.password.reveal(token);
    std::string hash;
    Trier trier{email, form.network, {}};
    TRY(const auto customer, gate_.find_by_address(form.email));
    if (customer) {
        TRY(hash, password_hash(*customer));
    }
    if (!form.device.empty()) {
        const auto device = hash_of_bearer(form.device);
        TRY(const bool known, devices_.knows(customer.value_or(nobody()), device));
        if (known) trier.device = device;
    }
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    if (hash.empty()) {
        hasher_.verify_nothing(password);
        return wrong_credentials();
    }
    if (!hasher_.verify(hash, password)) return wrong_credentials();
    TRY_OK(check_code(*customer, form.code));
    throttle_.succeeded(trier);
    if (hasher_.needs_rehash(hash)) {
        TRY(const auto stronger, hasher_.hash(password));
        TRY_OK(store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::replace_password_hash,
                                {ByteView(customer->bytes()), std::string_view(stronger)});
        }));
    }
    TRY_OK(screen_again(*customer, password, email));
    return begin_session(*customer, trier.device);
}

Result<std::string> Accounts::check_current_password(const CustomerId& customer,
                                                     std::string_view session,
                                                     const Personal<std::string>& password,
                                                     const std::function<Status()>& besides) {
    const auto id = customer.text();
    const Trier trier{id, "", hash_of_bearer(session)};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    TRY(auto hash, password_hash(customer));
    if (hash.empty() || !hasher_.verify(hash, password.reveal(gate_.own_data_token()))) {
        return Error(Code::denied, "the current password is not right");
    }
    if (besides) TRY_OK(besides());
    throttle_.succeeded(trier);
    return hash;
}

// The throttle's count stands until the code was right, too: six digits can be guessed.
Status Accounts::check_code(const CustomerId& customer, const std::optional<std::string>& code) {
    TRY(const auto state, second_factor_.state(customer));
    if (!state.since) return {};
    const auto wrong = [](std::string detail) {
        return Error(Code::denied, "a code is wanted besides the password")
            .at(std::string(kCodePlace), std::move(detail));
    };
    if (!code) return wrong("give the code of your authenticator, or a recovery code");
    TRY(const bool right, second_factor_.take(customer, *code));
    return right ? Status() : Status(wrong("is not right, or was used before"));
}

Result<AuthenticatorOffer> Accounts::offer_authenticator(const CustomerId& customer) {
    TRY(const auto address, own_address(customer));
    return second_factor_.offer(customer, address.reveal(gate_.own_data_token()));
}

Result<SignedIn> Accounts::sign_in_by_passkey(const crypto::webauthn::Site& site,
                                              const PasskeyAnswer& answer,
                                              std::string_view device) {
    TRY(const auto customer, passkeys_.prove(Ceremony::sign_in, nobody(), site, answer));
    std::optional<crypto::Hash> known;
    if (!device.empty()) {
        const auto hash = hash_of_bearer(device);
        TRY(const bool is_known, devices_.knows(customer, hash));
        if (is_known) known = hash;
    }
    return begin_session(customer, known);
}

Result<std::string> Accounts::step_up(const CustomerId& customer, std::string_view session,
                                      const Personal<std::string>& password,
                                      const std::optional<std::string>& code) {
    TRY_OK(check_current_password(customer, session, password,
                                  [&] { return check_code(customer, code); }));
    return sessions_->renew(customer, session);
}

Result<std::string> Accounts::step_up_by_passkey(const CustomerId& customer,
                                                 std::string_view session,
                                                 const crypto::webauthn::Site& site,
                                                 const PasskeyAnswer& answer) {
    TRY_OK(passkeys_.prove(Ceremony::step_up, customer, site, answer));
    return sessions_->renew(customer, session);
}

Result<Account> Accounts::get(const CustomerId& customer) {
    return find_account(store_, customer);
}

Status Accounts::note_policy_seen(const CustomerId& customer, std::string_view version) {
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::note_policy_seen, {ByteView(customer.bytes()), version});
    });
}

}  // namespace avow::services
