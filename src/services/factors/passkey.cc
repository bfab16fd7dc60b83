// SPDX-License-Identifier: Apache-2.0
#include "services/factors/passkey.hh"

#include <algorithm>

#include "base/log.hh"
#include "base/text.hh"

namespace avow::services {

Passkey PasskeyRow::opened(Personal<std::string> open_name) && {
    return {base64url(id), std::move(credential), std::move(open_name), made, used, backed_up};
}

Error no_such_passkey() {
    return {Code::not_found, "this account has no such passkey"};
}

Error passkey_opens_nothing() {
    return {Code::denied, "this passkey does not open an account here"};
}

Status check_passkey_name(std::string_view name) {
    const auto is_first_byte = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    };
    const auto length = std::ranges::count_if(name, is_first_byte);
    if (!trimmed(name).empty() && length <= static_cast<std::ptrdiff_t>(kPasskeyNameMax)) return {};
    return Error(Code::invalid, "the passkey needs a name")
        .at("/name", "must be 1 to " + std::to_string(kPasskeyNameMax) + " characters");
}

Result<crypto::webauthn::Credential> check_new_passkey(Challenges& challenges, ByteView holder,
                                                       const crypto::webauthn::Site& site,
                                                       const NewPasskey& passkey,
                                                       const std::vector<PasskeyRow>& had) {
    if (!challenges.take(Ceremony::register_passkey, holder, passkey.challenge)) {
        return Error(Code::invalid, "the passkey cannot be taken")
            .at("/challenge", "is over or was used: ask for another");
    }
    auto checked = check_registration(site, passkey.challenge, passkey.registration);
    if (!checked) {
        return Error(Code::invalid, "the passkey cannot be taken")
            .at("/response", checked.error().words().value);
    }
    if (had.size() >= kPasskeysMax)
        return Error(Code::conflict, "there are as many passkeys as an account can have");
    for (const auto& one : had) {
        if (one.credential == checked->id)
            return Error(Code::conflict, "this passkey is there already");
    }
    return checked;
}

Result<crypto::webauthn::Asserted> check_passkey_answer(const crypto::webauthn::Site& site,
                                                        const PasskeyAnswer& answer,
                                                        const KnownPasskey& known) {
    auto proved = check_assertion(site, answer.challenge, answer.assertion, known.credential);
    if (proved) return proved;
    log::info("passkey_refused", {{"cause", proved.error().words().value}});
    return passkey_opens_nothing();
}

Result<std::vector<PasskeyRow>> list_passkeys(sql::Connection& store, std::string_view statement,
                                              ByteView holder) {
    std::vector<PasskeyRow> rows;
    TRY_OK(store.read([&](sql::Reader& reader) {
        rows.clear();
        return reader.query(statement, {holder}, [&](const sql::Row& row) -> Status {
            rows.push_back({to_bytes(row.blob(0)), to_bytes(row.blob(1)), to_bytes(row.blob(2)),
                            row.integer(3) != 0, Time{row.integer(4)}, std::nullopt});
            if (!row.is_null(5)) rows.back().used = Time{row.integer(5)};
            return {};
        });
    }));
    return rows;
}

Result<std::optional<KnownPasskey>> find_passkey(sql::Connection& store, std::string_view statement,
                                                 ByteView holder, ByteView credential) {
    std::optional<KnownPasskey> known;
    TRY_OK(store.read([&](sql::Reader& reader) {
        known.reset();
        return reader.query(statement, {holder, credential}, [&](const sql::Row& row) -> Status {
            if (row.blob(0).size() != 16) return Error(Code::corrupt, "a passkey is damaged");
            known.emplace();
            std::ranges::copy(row.blob(0), known->id.begin());
            known->credential = {to_bytes(credential), to_bytes(row.blob(1)),
                                 static_cast<std::uint32_t>(row.integer(2)), row.integer(3) != 0,
                                 false};
            return {};
        });
    }));
    return known;
}

}  // namespace avow::services
