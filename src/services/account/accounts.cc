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

}  // namespace

Error wrong_credentials() {
    return {Code::denied, "the email address or the password is not right"};
}

Result<std::unique_ptr<Accounts>> Accounts::create(sql::Connection& store, gate::Gate& gate,
                                                   Letters& letters,
                                                   std::string_view common_passwords,
                                                   const Clock& clock, Random& random) {
    TRY(const auto common, CommonPasswords::create(common_passwords));
    TRY_OK(store.migrate("account", {statements::account_schema_1, statements::account_schema_2,
                                     statements::account_schema_3, statements::account_schema_4,
                                     statements::account_schema_5, statements::account_schema_6}));
    TRY(auto links, Links::create(store, gate, letters, clock, random));
    TRY(auto sessions, Sessions::create(store, clock, random));
    std::unique_ptr<Accounts> accounts(new Accounts(
        store, gate, letters, common, std::move(sessions), std::move(links), clock, random));
    accounts->go_with_the_customer();
    letters.only_if(may_be_written_to);
    letters.when_address_returns(
        [&clock](sql::Writer& unit, const CustomerId& customer, Time written) -> Status {
            const ByteView who(customer.bytes());
            bool is_another = false;  // shown since to be theirs: the letter went to a former one
            TRY_OK(unit.query(statements::find_address_proof, {who},
                              [&](const sql::Row& row) -> Status {
                                  is_another = row.integer(0) > written.ms;
                                  return {};
                              }));
            if (is_another) return {};
            return unit.execute(statements::put_address_return, {who, clock.now().ms});
        });
    return accounts;
}

void Accounts::go_with_the_customer() {
    gate_.accompany({"account", count_by(statements::count_account_of_customer),
                     [](sql::Writer& unit, const CustomerId& customer) -> Status {
                         return write_forget_account(unit, customer);
                     },
                     [](const CustomerId&) {}});
    gate_.accompany({"sessions", count_by(statements::count_sessions_of_customer),
                     [](sql::Writer& unit, const CustomerId& customer) {
                         return unit.execute(statements::delete_sessions_of_customer,
                                             {ByteView(customer.bytes())});
                     },
                     [this](const CustomerId& customer) { sessions_->forget(customer); }});
}

Status Accounts::write_forget_account(sql::Writer& unit, const CustomerId& customer) {
    const ByteView id(customer.bytes());
    TRY_OK(Devices::write_forget_all(unit, customer));
    TRY_OK(Links::write_forget_all(unit, customer));
    TRY_OK(Passkeys::write_forget_all(unit, customer));
    TRY_OK(SecondFactor::write_forget_all(unit, customer));
    for (const auto statement :
         {statements::delete_address_proof, statements::delete_password_help,
          statements::delete_sign_ups_of_customer, statements::delete_address_change,
          statements::delete_former_addresses, statements::delete_former_passwords,
          statements::delete_address_return, statements::delete_leftover}) {
        TRY_OK(unit.execute(statement, {id}));
    }
    return unit.execute(statements::delete_account, {id});
}

Status Accounts::check_new_password(std::string_view password, std::string_view email) const {
    const auto policy = gate_.policies().in_force();
    return check_password(password, email, policy ? policy->organization : "", common_, rules_);
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
    TRY(const auto customer, passkeys_.prove(std::nullopt, site, answer));
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
    TRY_OK(passkeys_.prove(customer, site, answer));
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
