// SPDX-License-Identifier: Apache-2.0
#include "services/account/passkeys.hh"

#include <algorithm>

#include "base/text.hh"
#include "services/account/account.hh"
#include "services/statements.hh"

namespace avow::services {

Result<Bytes> Passkeys::seal_name(const CustomerId& customer, ByteView id,
                                  const Personal<std::string>& name) {
    return gate_.seal_own(customer, {"passkeys", "name", id}, name);
}

Result<std::vector<Passkey>> Passkeys::list(const CustomerId& customer) {
    TRY(auto rows, list_passkeys(store_, statements::list_passkeys, customer.bytes()));
    std::vector<Passkey> passkeys;
    for (auto& row : rows) {
        TRY(auto name, gate_.open_own(customer, {"passkeys", "name", row.id}, row.name));
        passkeys.push_back(std::move(row).opened(std::move(name)));
    }
    return passkeys;
}

Status Passkeys::add(const CustomerId& customer, const crypto::webauthn::Site& site,
                     NewPasskey passkey) {
    TRY_OK(check_passkey_name(passkey.name.reveal(gate_.own_data_token())));
    TRY(const auto had, list_passkeys(store_, statements::list_passkeys, customer.bytes()));
    TRY(const auto checked, check_new_passkey(challenges_, customer.bytes(), site, passkey, had));
    TRY(const auto account, find_account(store_, customer));
    const auto id = random_.take<16>();
    TRY(const auto name, seal_name(customer, id, passkey.name));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::insert_passkey,
                            {ByteView(customer.bytes()), ByteView(id), ByteView(checked.id),
                             ByteView(checked.public_key), ByteView(name),
                             std::int64_t{checked.count}, std::int64_t{checked.backup_eligible},
                             std::int64_t{checked.backed_up}, clock_.now().ms}));
        return letters_.write(unit, customer, {LetterKind::passkey_added, account.language});
    }));
    letters_.notify();
    return {};
}

Status Passkeys::rename(const CustomerId& customer, std::string_view id,
                        const Personal<std::string>& name) {
    TRY_OK(check_passkey_name(name.reveal(gate_.own_data_token())));
    const auto bytes = from_base64url(id);
    if (!bytes) return no_such_passkey();
    TRY(const auto sealed, seal_name(customer, *bytes, name));
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(statements::rename_passkey,
                     {ByteView(customer.bytes()), ByteView(*bytes), ByteView(sealed)}));
        return rows == 0 ? Status(no_such_passkey()) : Status();
    });
}

Status Passkeys::remove(const CustomerId& customer, std::string_view id) {
    const auto bytes = from_base64url(id);
    if (!bytes) return no_such_passkey();
    TRY(const auto account, find_account(store_, customer));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(statements::delete_passkey, {ByteView(customer.bytes()), ByteView(*bytes)}));
        if (rows == 0) return no_such_passkey();
        return letters_.write(unit, customer, {LetterKind::passkey_removed, account.language});
    }));
    letters_.notify();
    return {};
}

Result<CustomerId> Passkeys::prove(const std::optional<CustomerId>& asked,
                                   const crypto::webauthn::Site& site,
                                   const PasskeyAnswer& answer) {
    const auto ceremony = asked ? Ceremony::step_up : Ceremony::sign_in;
    const auto signer = asked ? ByteView(asked->bytes()) : ByteView();
    if (!challenges_.take(ceremony, signer, answer.challenge)) return passkey_opens_nothing();
    const auto holder = CustomerId::from_bytes(answer.holder);
    if (!holder || (asked && *holder != *asked)) return passkey_opens_nothing();
    TRY(const auto known,
        find_passkey(store_, statements::find_passkey, holder->bytes(), answer.credential));
    if (!known) return passkey_opens_nothing();
    TRY(const auto proved, check_passkey_answer(site, answer, *known));
    TRY_OK(note_used(*holder, *known, proved));
    return *holder;
}

Status Passkeys::note_used(const CustomerId& customer, const KnownPasskey& known,
                           const crypto::webauthn::Asserted& proved) {
    TRY(const auto account, find_account(store_, customer));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::note_passkey_used,
                            {ByteView(customer.bytes()), ByteView(known.id),
                             std::int64_t{std::max(proved.count, known.credential.count)},
                             std::int64_t{proved.backed_up}, clock_.now().ms}));
        // A copy of the key may be about, or the device lost its count: the holder judges.
        if (!proved.went_back) return {};
        return letters_.write(unit, customer, {LetterKind::passkey_copied, account.language});
    }));
    if (proved.went_back) letters_.notify();
    return {};
}

Status Passkeys::write_forget_all(sql::Writer& unit, const CustomerId& customer) {
    return unit.execute(statements::delete_passkeys_of_customer, {ByteView(customer.bytes())});
}

}  // namespace avow::services
