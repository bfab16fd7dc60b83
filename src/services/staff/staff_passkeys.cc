// SPDX-License-Identifier: Apache-2.0
#include "services/staff/staff_passkeys.hh"

#include <algorithm>

#include "base/log.hh"
#include "base/text.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

std::string name_of(ByteView id) {
    return "passkey " + base64url(id);
}

}  // namespace

Bytes StaffPasskeys::seal_name(const EmployeeId& employee, ByteView id,
                               const Personal<std::string>& name) const {
    return seal_.seal(employee, name_of(id), as_bytes(name.reveal(own_)));
}

Result<std::vector<Passkey>> StaffPasskeys::list(const EmployeeId& employee) {
    TRY(auto rows, list_passkeys(store_, statements::list_staff_passkeys, employee.bytes()));
    std::vector<Passkey> passkeys;
    for (auto& row : rows) {
        TRY(auto plain, seal_.open(employee, name_of(row.id), row.name));
        Personal<std::string> name{std::string(as_text(plain))};
        wipe(plain.data(), plain.size());
        passkeys.push_back(std::move(row).opened(std::move(name)));
    }
    return passkeys;
}

Status StaffPasskeys::add(const EmployeeId& employee, const crypto::webauthn::Site& site,
                          NewPasskey passkey) {
    TRY_OK(check_passkey_name(passkey.name.reveal(own_)));
    TRY(const auto had, list_passkeys(store_, statements::list_staff_passkeys, employee.bytes()));
    TRY(const auto checked, check_new_passkey(challenges_, employee.bytes(), site, passkey, had));
    const auto id = random_.take<16>();
    const auto name = seal_name(employee, id, passkey.name);
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::insert_staff_passkey,
                            {ByteView(employee.bytes()), ByteView(id), ByteView(checked.id),
                             ByteView(checked.public_key), ByteView(name),
                             std::int64_t{checked.count}, std::int64_t{checked.backup_eligible},
                             std::int64_t{checked.backed_up}, clock_.now().ms});
    });
}

Status StaffPasskeys::rename(const EmployeeId& employee, std::string_view id,
                             const Personal<std::string>& name) {
    TRY_OK(check_passkey_name(name.reveal(own_)));
    const auto bytes = from_base64url(id);
    if (!bytes) return no_such_passkey();
    const auto sealed = seal_name(employee, *bytes, name);
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows,
            unit.run(statements::rename_staff_passkey,
                     {ByteView(employee.bytes()), ByteView(*bytes), ByteView(sealed)}));
        return rows == 0 ? Status(no_such_passkey()) : Status();
    });
}

Status StaffPasskeys::remove(const EmployeeId& employee, std::string_view id) {
    const auto bytes = from_base64url(id);
    if (!bytes) return no_such_passkey();
    return store_.write([&](sql::Writer& unit) -> Status {
        TRY(const auto rows, unit.run(statements::delete_staff_passkey,
                                      {ByteView(employee.bytes()), ByteView(*bytes)}));
        return rows == 0 ? Status(no_such_passkey()) : Status();
    });
}

Result<EmployeeId> StaffPasskeys::prove(const std::optional<EmployeeId>& asked,
                                        const crypto::webauthn::Site& site,
                                        const PasskeyAnswer& answer) {
    const auto ceremony = asked ? Ceremony::step_up : Ceremony::sign_in;
    const auto signer = asked ? ByteView(asked->bytes()) : ByteView();
    if (!challenges_.take(ceremony, signer, answer.challenge)) return passkey_opens_nothing();
    const auto holder = EmployeeId::from_bytes(answer.holder);
    if (!holder || (asked && *holder != *asked)) return passkey_opens_nothing();
    TRY(const auto known,
        find_passkey(store_, statements::find_staff_passkey, holder->bytes(), answer.credential));
    if (!known) return passkey_opens_nothing();
    TRY(const auto proved, check_passkey_answer(site, answer, *known));
    if (proved.went_back) log::warn("staff_passkey_copied", {{"employee", holder->text()}});
    TRY_OK(store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::note_staff_passkey_used,
                            {ByteView(holder->bytes()), ByteView(known->id),
                             std::int64_t{std::max(proved.count, known->credential.count)},
                             std::int64_t{proved.backed_up}, clock_.now().ms});
    }));
    return *holder;
}

Status StaffPasskeys::write_forget_all(sql::Writer& unit, const EmployeeId& employee) {
    return unit.execute(statements::delete_staff_passkeys, {ByteView(employee.bytes())});
}

}  // namespace avow::services
