// SPDX-License-Identifier: Apache-2.0
// Signing in with a password and a code, or with a passkey, and the sessions that this begins.
#include <algorithm>

#include "base/log.hh"
#include "base/text.hh"
#include "services/factors/totp.hh"
#include "services/staff/staff_row.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::int64_t kTouchEveryMs = kMinuteMs;

Error wrong_credentials() {
    return {Code::denied, "the email address or the password is not right"};
}

Error wrong_code() {
    return Error(Code::invalid, "the code is not right")
        .at("/code", "is not right, or was used already: wait for the next one");
}

Error wrong_current_password() {
    return {Code::denied, "the current password is not right"};
}

// Six digits are guessed by who has the password: their tries count apart.
std::string codes_of(const EmployeeId& id) {
    return "staff code " + id.text();
}

// Asked about like anybody, so that an employee who does not exist takes as long.
EmployeeId nobody() {
    return *EmployeeId::from_bytes(ByteArray<16>{});
}

}  // namespace

Result<bool> Staff::knows_device(const EmployeeId& id, const crypto::Hash& device) {
    bool known = false;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_staff_device, {ByteView(id.bytes()), ByteView(device)},
                            [&](const sql::Row& row) -> Status {
                                known = clock_.now() - Time{row.integer(0)} < kStaffDeviceLifeMs;
                                return {};
                            });
    }));
    return known;
}

Status Staff::write_session(sql::Writer& unit, const EmployeeId& id, const Bearer& session) const {
    return unit.execute(statements::insert_staff_session,
                        {ByteView(session.hash), ByteView(id.bytes()), clock_.now().ms});
}

Status Staff::write_session_instead(sql::Writer& unit, const EmployeeId& id,
                                    std::string_view before, const Bearer& session) const {
    const auto former = hash_of_bearer(before);
    TRY_OK(unit.execute(statements::delete_staff_session, {ByteView(former)}));
    return write_session(unit, id, session);
}

Result<std::string> Staff::write_device(sql::Writer& unit, const EmployeeId& id,
                                        const std::optional<crypto::Hash>& known) const {
    const ByteView key(id.bytes());
    if (known) {
        TRY_OK(
            unit.execute(statements::touch_staff_device, {key, ByteView(*known), clock_.now().ms}));
        return std::string();
    }
    const auto device = make_bearer("", random_);
    TRY_OK(unit.execute(statements::insert_staff_device,
                        {key, ByteView(device.hash), clock_.now().ms}));
    return device.text;
}

Result<Staff::CodeGiven> Staff::check_code(const Row& row, std::string_view code) {
    TRY(auto totp, seal_.open(row.id, "totp", row.totp));
    const CodeGiven given{check_totp(totp, code, clock_.now(), row.totp_step),
                          hash_of_recovery_code(code)};
    wipe(totp.data(), totp.size());
    if (!given.step && !given.recovery) return wrong_code();
    return given;
}

Status Staff::write_code_used(sql::Writer& unit, const Row& row, const CodeGiven& code) {
    const ByteView id(row.id.bytes());
    std::int64_t used = 0;
    if (code.step) {
        TRY(used, unit.run(statements::advance_totp_step, {id, *code.step}));
    } else if (code.recovery) {
        TRY(used, unit.run(statements::use_staff_recovery_code, {id, ByteView(*code.recovery)}));
    }
    if (used == 0) return wrong_code();
    return {};
}

Result<StaffSignedIn> Staff::sign_in(const StaffSignIn& form) {
    const auto token = own_token();
    const auto& password = form.password.reveal(token);
    const auto hash = address_hash(form.email.reveal(token));
    TRY(const auto found, find_row(statements::find_employee_by_address, hash));
    const auto account = "staff " + hex(hash);
    Trier trier{account, form.network, {}};
    if (!form.device.empty()) {
        const auto device = hash_of_bearer(form.device);
        TRY(const bool known, knows_device(found ? found->id : nobody(), device));
        if (known) trier.device = device;
    }
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    if (!found || found->state != Employee::State::active) {
        hasher_.verify_nothing(password);
        return wrong_credentials();
    }
    if (!hasher_.verify(found->password, password)) return wrong_credentials();
    throttle_.succeeded(trier);
    StaffSignedIn signed_in{found->id, {}, {}, {}};
    if (trimmed(form.code).empty()) return signed_in;

    const auto codes = codes_of(found->id);
    const Trier guesser{codes, "", trier.device};
    if (const auto wait = throttle_.begin(guesser); wait > 0) return too_often(wait);
    TRY(const auto code, check_code(*found, form.code));
    const auto session = make_bearer("", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_code_used(unit, *found, code));
        TRY(signed_in.device, write_device(unit, found->id, trier.device));
        return write_session(unit, found->id, session);
    }));
    throttle_.succeeded(guesser);
    signed_in.session = session.text;
    return signed_in;
}

Result<StaffSignedIn> Staff::sign_in_by_passkey(const crypto::webauthn::Site& site,
                                                const PasskeyAnswer& answer,
                                                std::string_view device) {
    TRY(const auto id, passkeys_.prove(std::nullopt, site, answer));
    TRY(const auto row, find_row(statements::find_employee, id.bytes()));
    if (!row || row->state != Employee::State::active) return passkey_opens_nothing();
    std::optional<crypto::Hash> known;
    if (!device.empty()) {
        const auto hash = hash_of_bearer(device);
        TRY(const bool is_known, knows_device(id, hash));
        if (is_known) known = hash;
    }
    const auto session = make_bearer("", random_);
    StaffSignedIn signed_in{id, session.text, {}, {}};
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(signed_in.device, write_device(unit, id, known));
        return write_session(unit, id, session);
    }));
    return signed_in;
}

Result<std::string> Staff::step_up(const EmployeeId& id, std::string_view session,
                                   const Personal<std::string>& password, std::string_view code) {
    const auto who = id.text();
    const Trier trier{who, "", hash_of_bearer(session)};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    TRY(const auto row, find_row(statements::find_employee, id.bytes()));
    if (!row || !hasher_.verify(row->password, password.reveal(own_token())))
        return wrong_current_password();
    throttle_.succeeded(trier);
    const auto codes = codes_of(id);
    const Trier guesser{codes, "", trier.device};
    if (const auto wait = throttle_.begin(guesser); wait > 0) return too_often(wait);
    TRY(const auto given, check_code(*row, code));
    const auto bearer = make_bearer("", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY_OK(write_code_used(unit, *row, given));
        return write_session_instead(unit, id, session, bearer);
    }));
    throttle_.succeeded(guesser);
    return bearer.text;
}

Result<std::string> Staff::step_up_by_passkey(const EmployeeId& id, std::string_view session,
                                              const crypto::webauthn::Site& site,
                                              const PasskeyAnswer& answer) {
    TRY_OK(passkeys_.prove(id, site, answer));
    const auto bearer = make_bearer("", random_);
    TRY_OK(store_.write(
        [&](sql::Writer& unit) { return write_session_instead(unit, id, session, bearer); }));
    return bearer.text;
}

Status Staff::sign_out(std::string_view session) {
    const auto hash = hash_of_bearer(session);
    return store_.write([&](sql::Writer& unit) {
        return unit.execute(statements::delete_staff_session, {ByteView(hash)});
    });
}

// Read anew each time: employees are few, and who was disabled by another node is out at once.
Result<std::optional<StaffSession>> Staff::find_session(std::string_view session) {
    const auto hash = hash_of_bearer(session);
    std::optional<StaffSession> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.reset();
        return reader.query(
            statements::find_staff_session, {ByteView(hash)}, [&](const sql::Row& row) -> Status {
                const auto id = EmployeeId::from_bytes(row.blob(0));
                if (!id) return Error(Code::corrupt, "a session is damaged");
                found = StaffSession{
                    *id, {}, std::string(row.text(2)), false, {row.integer(3)}, {row.integer(4)}};
                for (const auto role : split(row.text(1), ' ')) found->roles.emplace_back(role);
                return {};
            });
    }));
    if (!found) return found;
    const auto now = clock_.now();
    if (now - found->seen > kStaffIdleMs || now - found->created > kStaffLifeMs)
        return std::optional<StaffSession>();
    TRY(const auto acknowledged, acknowledgement(found->employee));
    found->acknowledged = acknowledged.has_value();
    if (now - found->seen >= kTouchEveryMs) {
        found->seen = now;
        const auto touched = store_.write([&](sql::Writer& unit) {
            return unit.execute(statements::touch_staff_session, {ByteView(hash), now.ms});
        });
        if (!touched) log::warn("session_not_touched", {{"cause", touched.error().cause().value}});
    }
    return found;
}

Result<std::vector<ListedStaffSession>> Staff::sessions(const EmployeeId& id,
                                                        std::string_view current) {
    const auto own = hash_of_bearer(current);
    const auto now = clock_.now().ms;
    std::vector<ListedStaffSession> sessions;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        sessions.clear();
        return reader.query(
            statements::list_staff_sessions,
            {ByteView(id.bytes()), now - kStaffLifeMs, now - kStaffIdleMs},
            [&](const sql::Row& row) -> Status {
                sessions.push_back(
                    {{row.integer(1)}, {row.integer(2)}, crypto::equal(row.blob(0), own)});
                return {};
            });
    }));
    return sessions;
}

Result<std::int64_t> Staff::end_other_sessions(const EmployeeId& id, std::string_view kept) {
    const auto hash = hash_of_bearer(kept);
    std::int64_t ended = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        TRY(ended, unit.run(statements::delete_other_staff_sessions,
                            {ByteView(id.bytes()), ByteView(hash)}));
        return {};
    }));
    return ended;
}

Result<StaffSignedIn> Staff::change_password(const EmployeeId& id, std::string_view session,
                                             const Personal<std::string>& current,
                                             const Personal<std::string>& wanted) {
    const auto token = own_token();
    const auto who = id.text();
    const Trier trier{who, "", hash_of_bearer(session)};
    if (const auto wait = throttle_.begin(trier); wait > 0) return too_often(wait);
    TRY(const auto row, find_row(statements::find_employee, id.bytes()));
    if (!row || !hasher_.verify(row->password, current.reveal(token))) {
        return wrong_current_password();
    }
    throttle_.succeeded(trier);
    TRY(const auto employee, open_employee(*row));
    TRY_OK(check_new_password(wanted.reveal(token), employee.person.email.reveal(token)));
    if (wanted.reveal(token) == current.reveal(token)) {
        return Error(Code::invalid, "the password cannot be used")
            .at("/password", "is the one you have: choose a new one");
    }
    TRY(const auto after, hasher_.hash(wanted.reveal(token)));
    const auto bearer = make_bearer("", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView key(id.bytes());
        TRY(const auto changed, unit.run(statements::change_staff_password,
                                         {key, std::string_view(row->password),
                                          std::string_view(after), clock_.now().ms}));
        if (changed == 0) return Error(Code::conflict, "the password was changed meanwhile");
        TRY_OK(unit.execute(statements::delete_staff_sessions, {key}));
        TRY_OK(unit.execute(statements::delete_staff_devices, {key}));
        return write_session(unit, id, bearer);
    }));
    return StaffSignedIn{id, bearer.text, {}, {}};
}

Result<std::int64_t> Staff::recovery_codes_left(const EmployeeId& id) {
    std::int64_t left = 0;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::count_staff_recovery_codes, {ByteView(id.bytes())},
                            [&](const sql::Row& row) -> Status {
                                left = row.integer(0);
                                return {};
                            });
    }));
    return left;
}

Status Staff::write_recovery_codes(sql::Writer& unit, const EmployeeId& id,
                                   const std::vector<RecoveryCode>& codes) {
    const ByteView key(id.bytes());
    TRY_OK(unit.execute(statements::delete_staff_recovery_codes, {key}));
    for (const auto& code : codes)
        TRY_OK(unit.execute(statements::insert_staff_recovery_code, {key, ByteView(code.hash)}));
    return {};
}

Result<std::vector<std::string>> Staff::renew_recovery_codes(const EmployeeId& id) {
    const auto codes = make_recovery_codes(random_);
    TRY_OK(store_.write([&](sql::Writer& unit) { return write_recovery_codes(unit, id, codes); }));
    return texts_of(codes);
}

}  // namespace avow::services
