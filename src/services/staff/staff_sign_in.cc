// SPDX-License-Identifier: Apache-2.0
// Signing in with a password and a code, and the sessions that this begins.
#include <algorithm>

#include "base/log.hh"
#include "base/text.hh"
#include "services/factors/recovery.hh"
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

Status Staff::write_code_used(sql::Writer& unit, const Row& row, std::optional<std::int64_t> step,
                              const std::optional<crypto::Hash>& recovery) {
    const ByteView id(row.id.bytes());
    std::int64_t used = 0;
    if (step) {
        TRY(used, unit.run(statements::advance_totp_step, {id, *step}));
    } else if (recovery) {
        TRY(used, unit.run(statements::use_staff_recovery_code, {id, ByteView(*recovery)}));
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

    // Six digits are guessed by who has the password: their tries count apart.
    const auto codes = "staff code " + found->id.text();
    const Trier guesser{codes, "", trier.device};
    if (const auto wait = throttle_.begin(guesser); wait > 0) return too_often(wait);
    TRY(auto totp, open(found->id, "totp", found->totp));
    const auto step = check_totp(totp, form.code, clock_.now(), found->totp_step);
    wipe(totp.data(), totp.size());
    const auto recovery = hash_of_recovery_code(form.code);
    if (!step && !recovery) return wrong_code();
    const auto session = make_bearer("", random_);
    const auto device = make_bearer("", random_);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView id(found->id.bytes());
        TRY_OK(write_code_used(unit, *found, step, recovery));
        if (trier.device) {
            TRY_OK(unit.execute(statements::touch_staff_device,
                                {id, ByteView(*trier.device), clock_.now().ms}));
        } else {
            TRY_OK(unit.execute(statements::insert_staff_device,
                                {id, ByteView(device.hash), clock_.now().ms}));
        }
        return write_session(unit, found->id, session);
    }));
    throttle_.succeeded(guesser);
    signed_in.session = session.text;
    if (!trier.device) signed_in.device = device.text;
    return signed_in;
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
        return Error(Code::denied, "the current password is not right");
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

}  // namespace avow::services
