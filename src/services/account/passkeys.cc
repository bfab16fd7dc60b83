// SPDX-License-Identifier: Apache-2.0
#include "services/account/passkeys.hh"

#include <algorithm>

#include "base/log.hh"
#include "base/text.hh"
#include "services/account/account.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Error no_such_passkey() {
    return {Code::not_found, "this account has no such passkey"};
}

Status check_name(std::string_view name) {
    const auto is_first_byte = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    };
    const auto length = std::ranges::count_if(name, is_first_byte);
    if (!trimmed(name).empty() && length <= static_cast<std::ptrdiff_t>(Passkeys::kNameMax))
        return {};
    return Error(Code::invalid, "the passkey needs a name")
        .at("/name", "must be 1 to " + std::to_string(Passkeys::kNameMax) + " characters");
}

std::string text_of(ByteView id) {
    return base64url(id);
}

}  // namespace

Result<Bytes> Passkeys::seal_name(const CustomerId& customer, ByteView id,
                                  const Personal<std::string>& name) {
    return gate_.seal_own(customer, {"passkeys", "name", id}, name);
}

Result<std::vector<Passkey>> Passkeys::list(const CustomerId& customer) {
    struct Row {
        Bytes id, credential, name;
        bool backed_up;
        Time made;
        std::optional<Time> used;
    };
    std::vector<Row> rows;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(
            statements::list_passkeys, {ByteView(customer.bytes())},
            [&](const sql::Row& row) -> Status {
                rows.push_back({to_bytes(row.blob(0)), to_bytes(row.blob(1)), to_bytes(row.blob(2)),
                                row.integer(3) != 0, Time{row.integer(4)}, std::nullopt});
                if (!row.is_null(5)) rows.back().used = Time{row.integer(5)};
                return {};
            });
    }));
    std::vector<Passkey> passkeys;
    for (auto& row : rows) {
        TRY(auto name, gate_.open_own(customer, {"passkeys", "name", row.id}, row.name));
        passkeys.push_back({text_of(row.id), std::move(row.credential), std::move(name), row.made,
                            row.used, row.backed_up});
    }
    return passkeys;
}

Status Passkeys::add(const CustomerId& customer, const crypto::webauthn::Site& site,
                     NewPasskey passkey) {
    TRY_OK(check_name(passkey.name.reveal(gate_.own_data_token())));
    if (!challenges_.take(Ceremony::register_passkey, customer, passkey.challenge)) {
        return Error(Code::invalid, "the passkey cannot be taken")
            .at("/challenge", "is over or was used: ask for another");
    }
    const auto checked = check_registration(site, passkey.challenge, passkey.registration);
    if (!checked) {
        return Error(Code::invalid, "the passkey cannot be taken")
            .at("/response", checked.error().words().value);
    }
    TRY(const auto had, list(customer));
    if (had.size() >= kPerCustomer)
        return Error(Code::conflict, "there are as many passkeys as an account can have");
    for (const auto& one : had) {
        if (one.credential == checked->id)
            return Error(Code::conflict, "this passkey is there already");
    }
    TRY(const auto account, find_account(store_, customer));
    const auto id = random_.take<16>();
    TRY(const auto name, seal_name(customer, id, passkey.name));
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::insert_passkey,
                            {ByteView(customer.bytes()), ByteView(id), ByteView(checked->id),
                             ByteView(checked->public_key), ByteView(name),
                             std::int64_t{checked->count}, std::int64_t{checked->backup_eligible},
                             std::int64_t{checked->backed_up}, clock_.now().ms}));
        return letters_.write(unit, customer, {LetterKind::passkey_added, account.language});
    }));
    letters_.notify();
    return {};
}

Status Passkeys::rename(const CustomerId& customer, std::string_view id,
                        const Personal<std::string>& name) {
    TRY_OK(check_name(name.reveal(gate_.own_data_token())));
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

Result<std::optional<Passkeys::Known>> Passkeys::find(const CustomerId& customer,
                                                      ByteView credential) {
    std::optional<Known> known;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_passkey, {ByteView(customer.bytes()), credential},
                            [&](const sql::Row& row) -> Status {
                                if (row.blob(0).size() != 16)
                                    return Error(Code::corrupt, "a passkey is damaged");
                                known.emplace();
                                std::ranges::copy(row.blob(0), known->id.begin());
                                known->credential = {to_bytes(credential), to_bytes(row.blob(1)),
                                                     static_cast<std::uint32_t>(row.integer(2)),
                                                     row.integer(3) != 0, false};
                                return {};
                            });
    }));
    return known;
}

Result<CustomerId> Passkeys::prove(Ceremony ceremony, const CustomerId& asked,
                                   const crypto::webauthn::Site& site,
                                   const PasskeyAnswer& answer) {
    const Error wrong(Code::denied, "this passkey does not open an account here");
    if (!challenges_.take(ceremony, asked, answer.challenge)) return wrong;
    const auto holder = CustomerId::from_bytes(answer.holder);
    if (!holder || (ceremony == Ceremony::step_up && *holder != asked)) return wrong;
    TRY(const auto known, find(*holder, answer.credential));
    if (!known) return wrong;
    const auto proved =
        check_assertion(site, answer.challenge, answer.assertion, known->credential);
    if (!proved) {
        log::info("passkey_refused", {{"cause", proved.error().words().value}});
        return wrong;
    }
    TRY_OK(note_used(*holder, *known, *proved));
    return *holder;
}

Status Passkeys::note_used(const CustomerId& customer, const Known& known,
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
