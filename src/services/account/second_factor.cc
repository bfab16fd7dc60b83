// SPDX-License-Identifier: Apache-2.0
#include "services/account/second_factor.hh"

#include "services/account/account.hh"
#include "services/factors/base32.hh"
#include "services/factors/recovery.hh"
#include "services/factors/totp.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

vault::Place place_of(const CustomerId& customer) {
    return {"authenticators", "secret", customer.bytes()};
}

Error in_use() {
    return {Code::conflict, "an authenticator is in use: remove it first"};
}

Error none_in_use() {
    return {Code::conflict, "no authenticator is in use"};
}

Error wrong_code() {
    return Error(Code::invalid, "the code is not right")
        .at("/code", "is not the one that the authenticator shows now");
}

Status write_codes(sql::Writer& unit, const CustomerId& customer,
                   const std::vector<RecoveryCode>& codes) {
    const ByteView id(customer.bytes());
    TRY_OK(unit.execute(statements::delete_recovery_codes, {id}));
    for (const auto& code : codes)
        TRY_OK(unit.execute(statements::insert_recovery_code, {id, ByteView(code.hash)}));
    return {};
}

}  // namespace

Result<std::optional<SecondFactor::Authenticator>> SecondFactor::find(const CustomerId& customer) {
    std::optional<Authenticator> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_authenticator, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                found = Authenticator{to_bytes(row.blob(0)), {}, row.integer(2)};
                                if (!row.is_null(1)) found->confirmed = Time{row.integer(1)};
                                return {};
                            });
    }));
    return found;
}

Result<SecondFactorState> SecondFactor::state(const CustomerId& customer) {
    TRY(const auto found, find(customer));
    SecondFactorState state;
    if (!found || !found->confirmed) return state;
    state.since = found->confirmed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_recovery_codes, {ByteView(customer.bytes())},
                            [&](const sql::Row& row) -> Status {
                                state.recovery_codes = row.integer(0);
                                return {};
                            });
    }));
    return state;
}

Result<AuthenticatorOffer> SecondFactor::offer(const CustomerId& customer,
                                               std::string_view account) {
    TRY(const auto found, find(customer));
    if (found && found->confirmed) return in_use();
    const auto secret = make_totp_secret(random_);
    auto text = base32(secret, Base32::rfc4648);
    TRY(const auto sealed,
        gate_.seal_own(customer, place_of(customer), Personal<std::string>(text)));
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(
            statements::put_authenticator,
            {ByteView(customer.bytes()), ByteView(sealed), clock_.now().ms, kTotpNever});
    }));
    const auto policy = gate_.policies().in_force();
    return AuthenticatorOffer{std::move(text),
                              totp_uri(policy ? policy->organization : "avow", account, secret)};
}

Result<std::optional<std::int64_t>> SecondFactor::step_of(const CustomerId& customer,
                                                          const Authenticator& authenticator,
                                                          std::string_view code) {
    TRY(const auto text, gate_.open_own(customer, place_of(customer), authenticator.sealed));
    auto secret = from_base32(text.reveal(gate_.own_data_token()), Base32::rfc4648);
    if (!secret) return Error(Code::corrupt, "the secret of an authenticator is damaged");
    const auto step = check_totp(*secret, code, clock_.now(), authenticator.last_step);
    wipe(secret->data(), secret->size());
    return step;
}

Result<std::vector<std::string>> SecondFactor::confirm(const CustomerId& customer,
                                                       std::string_view code) {
    TRY(const auto found, find(customer));
    if (!found) return none_in_use();
    if (found->confirmed) return in_use();
    TRY(const auto step, step_of(customer, *found, code));
    if (!step) return wrong_code();
    TRY(const auto account, find_account(store_, customer));
    auto codes = make_recovery_codes(random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::confirm_authenticator,
                                      {ByteView(customer.bytes()), clock_.now().ms, *step,
                                       ByteView(found->sealed)}));
        if (rows == 0) return Error(Code::conflict, "another secret was asked for meanwhile");
        TRY_OK(write_codes(unit, customer, codes));
        return letters_.write(unit, customer, {LetterKind::authenticator_added, account.language});
    }));
    letters_.notify();
    return texts_of(codes);
}

Result<std::vector<std::string>> SecondFactor::renew_recovery_codes(const CustomerId& customer) {
    TRY(const auto found, find(customer));
    if (!found || !found->confirmed) return none_in_use();
    TRY(const auto account, find_account(store_, customer));
    auto codes = make_recovery_codes(random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_codes(unit, customer, codes));
        return letters_.write(unit, customer, {LetterKind::recovery_codes_made, account.language});
    }));
    letters_.notify();
    return texts_of(codes);
}

Status SecondFactor::remove(const CustomerId& customer) {
    TRY(const auto found, find(customer));
    if (!found || !found->confirmed) return none_in_use();
    TRY(const auto account, find_account(store_, customer));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_forget_all(unit, customer));
        return letters_.write(unit, customer,
                              {LetterKind::authenticator_removed, account.language});
    }));
    letters_.notify();
    return {};
}

Result<bool> SecondFactor::take(const CustomerId& customer, std::string_view code) {
    TRY(const auto found, find(customer));
    if (!found || !found->confirmed) return false;
    TRY(const auto step, step_of(customer, *found, code));
    if (!step) return take_recovery_code(customer, code);
    bool taken = false;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        // No row when the same code was taken at the same moment.
        TRY(const auto rows,
            unit.run(statements::advance_authenticator, {ByteView(customer.bytes()), *step}));
        taken = rows == 1;
        return {};
    }));
    return taken;
}

Result<bool> SecondFactor::take_recovery_code(const CustomerId& customer, std::string_view code) {
    const auto hash = hash_of_recovery_code(code);
    if (!hash) return false;
    TRY(const auto account, find_account(store_, customer));
    bool taken = false;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_recovery_code,
                                      {ByteView(customer.bytes()), ByteView(*hash)}));
        taken = rows == 1;
        if (!taken) return {};
        return letters_.write(unit, customer, {LetterKind::recovery_code_used, account.language});
    }));
    if (taken) letters_.notify();
    return taken;
}

Result<std::optional<SecondFactor::Moved>> SecondFactor::read_for(const CustomerId& from,
                                                                  const CustomerId& to) {
    TRY(const auto found, find(from));
    if (!found || !found->confirmed) return std::optional<Moved>();
    TRY(const auto secret, gate_.open_own(from, place_of(from), found->sealed));
    TRY(auto sealed, gate_.seal_own(to, place_of(to), secret));
    return std::optional(Moved{std::move(sealed), *found->confirmed, found->last_step});
}

Status SecondFactor::write_moved(sql::Writer& unit, const CustomerId& from, const CustomerId& to,
                                 const std::optional<Moved>& moved) const {
    if (!moved) return {};
    const ByteView id(to.bytes());
    const ByteView sealed(moved->sealed);
    TRY_OK(unit.execute(statements::put_authenticator,
                        {id, sealed, moved->confirmed.ms, moved->last_step}));
    TRY_OK(unit.execute(statements::confirm_authenticator,
                        {id, moved->confirmed.ms, moved->last_step, sealed}));
    return unit.execute(statements::copy_recovery_codes, {ByteView(from.bytes()), id});
}

Status SecondFactor::write_forget_all(sql::Writer& unit, const CustomerId& customer) {
    const ByteView id(customer.bytes());
    TRY_OK(unit.execute(statements::delete_recovery_codes, {id}));
    return unit.execute(statements::delete_authenticator, {id});
}

}  // namespace avow::services
