// SPDX-License-Identifier: Apache-2.0
// Employees: invited by the operator, they join with a password and an authenticator, and sign in
// with both, or with a passkey of theirs. Name and address are sealed at rest, and found by a keyed
// hash of the address. Guarantees: nobody signs in without the second factor; a code or a recovery
// code works once; who was disabled is out at once, on every node; an unknown address and a wrong
// password are one answer and one time. Does not guarantee: that a phished employee notices.
// Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hh"
#include "base/personal.hh"
#include "base/result.hh"
#include "crypto/password.hh"
#include "gate/gate.hh"
#include "services/account/common_passwords.hh"
#include "services/account/throttle.hh"
#include "services/bearer.hh"
#include "services/factors/recovery.hh"
#include "services/staff/guidelines.hh"
#include "services/staff/staff_passkeys.hh"
#include "services/staff/staff_seal.hh"
#include "sql/connection.hh"

namespace avow::services {

inline constexpr std::int64_t kInvitationLifeMs = 72 * kHourMs;
inline constexpr std::int64_t kStaffIdleMs = 15 * kMinuteMs;
inline constexpr std::int64_t kStaffLifeMs = 8 * kHourMs;
inline constexpr std::int64_t kStaffDeviceLifeMs = 90 * kDayMs;

// Of the whole house, held by the operator's master key: see decision 0081.
struct StaffKeys {
    crypto::Key seal;
    crypto::Key index;
};
StaffKeys staff_keys_from(const crypto::Key& root);

struct Person {
    Personal<std::string> name;
    Personal<std::string> email;
};

struct Employee {
    enum class State { invited, active, disabled };
    EmployeeId id;
    State state;
    std::vector<std::string> roles;
    std::string language;
    Person person;
    Time created;
    Time changed;  // the password, or the invitation
};
std::string_view name_of(Employee::State state);

struct NewEmployee {
    std::vector<std::string> roles;
    Person person;
    std::string language;
};

struct Invited {
    EmployeeId id;
    std::string secret;  // of the link, shown once
    Time until;
};

// What the link opens, before it is used up.
struct Invitation {
    Employee employee;
    Personal<std::string> totp_secret;  // as people type it
    Personal<std::string> totp_uri;     // as an authenticator reads it
};

struct Joining {
    std::string secret;
    Personal<std::string> password;
    std::string code;
};

struct StaffSignIn {
    Personal<std::string> email;
    Personal<std::string> password;
    std::string code;     // of the authenticator or a recovery code; empty: not asked for yet
    std::string network;  // as of SignIn
    std::string device;
};

struct StaffSignedIn {
    EmployeeId employee;
    std::string session;  // empty: the password is right, and the code is wanted
    std::string device;   // empty: the browser is known already
    std::vector<std::string> recovery_codes;  // of who joined, shown once
};

struct StaffSession {
    EmployeeId employee;
    std::vector<std::string> roles;
    std::string language;
    bool acknowledged = false;  // the guidelines of the policy in force
    Time created;
    Time seen;
};

struct ListedStaffSession {
    Time created;
    Time seen;
    bool current = false;
};

class Staff {
  public:
    static Result<std::unique_ptr<Staff>> create(sql::Connection& store, gate::Gate& gate,
                                                 StaffKeys keys, std::string_view common_passwords,
                                                 const Clock& clock, Random& random);

    // `invalid` by pointer; `conflict` when the address is an active employee's. Who was invited
    // before, or disabled, gets a new link, and their former link and factors are gone.
    Result<Invited> invite(NewEmployee wanted);
    Result<std::vector<Employee>> list();
    // Sessions, browsers and factors go with it. `not_found` when there is none to disable.
    Status disable(const EmployeeId& id);

    // `not_found` when the link is none of ours, was used or is over.
    Result<Invitation> find_invitation(std::string_view secret);
    // `invalid` at /password or /code leaves the link as it is. Begins a session.
    Result<StaffSignedIn> join(const Joining& joining);

    // `denied` in the same words and time for an unknown address and a wrong password; `invalid` at
    // /code; `too_often`.
    Result<StaffSignedIn> sign_in(const StaffSignIn& form);
    // `denied`, in the same words, whatever is not right. `device`: as of StaffSignIn.
    Result<StaffSignedIn> sign_in_by_passkey(const crypto::webauthn::Site& site,
                                             const PasskeyAnswer& answer, std::string_view device);
    // Who is signed in shows once more that it is them: a new session in place of this one. Errors
    // as of sign_in.
    Result<std::string> step_up(const EmployeeId& id, std::string_view session,
                                const Personal<std::string>& password, std::string_view code);
    Result<std::string> step_up_by_passkey(const EmployeeId& id, std::string_view session,
                                           const crypto::webauthn::Site& site,
                                           const PasskeyAnswer& answer);
    StaffPasskeys& passkeys() { return passkeys_; }
    Status sign_out(std::string_view session);
    // Nothing when there is none, its time is over or the employee was disabled.
    Result<std::optional<StaffSession>> find_session(std::string_view session);
    Result<std::vector<ListedStaffSession>> sessions(const EmployeeId& id,
                                                     std::string_view current);
    Result<std::int64_t> end_other_sessions(const EmployeeId& id, std::string_view kept);
    // `denied` when the current one is not right, `invalid` at /password. Returns the only session
    // that is left.
    Result<StaffSignedIn> change_password(const EmployeeId& id, std::string_view session,
                                          const Personal<std::string>& current,
                                          const Personal<std::string>& wanted);

    Result<Employee> get(const EmployeeId& id);
    // Nothing when nobody of this address is active.
    Result<std::optional<Employee>> find_active(const Personal<std::string>& email);
    Result<std::int64_t> recovery_codes_left(const EmployeeId& id);
    // New ones, shown once; the former ones end.
    Result<std::vector<std::string>> renew_recovery_codes(const EmployeeId& id);

    // Of the policy in force; nothing when they were not acknowledged.
    Result<std::optional<Acknowledgement>> acknowledgement(const EmployeeId& id);
    // With an entry of kind `acknowledged` in the ledger. `conflict` when the text is not the one
    // in force. Once more does nothing.
    Result<Acknowledgement> acknowledge(const EmployeeId& id, const Acknowledging& read);

    PurposeToken own_token() const { return gate_.own_data_token(); }

  private:
    struct Row;
    Staff(sql::Connection& store, gate::Gate& gate, StaffKeys keys, CommonPasswords common,
          const Clock& clock, Random& random)
        : store_(store),
          gate_(gate),
          keys_(std::move(keys)),
          common_(common),
          throttle_(clock, random),
          clock_(clock),
          random_(random),
          seal_(keys_.seal, random),
          passkeys_(store, seal_, gate.own_data_token(), clock, random) {}

    crypto::Hash address_hash(std::string_view email) const;
    Bytes seal_person(const EmployeeId& id, const Person& person) const;
    Result<Employee> open_employee(const Row& row) const;
    static Result<Row> read_row(const sql::Row& row);
    Result<std::optional<Row>> find_row(std::string_view statement, ByteView key);
    std::string organization() const;
    Status check_new_password(std::string_view password, std::string_view email) const;

    Result<bool> knows_device(const EmployeeId& id, const crypto::Hash& device);
    // A code that fits, until it is written as used: `step` of the authenticator, or `recovery`.
    struct CodeGiven {
        std::optional<std::int64_t> step;
        std::optional<crypto::Hash> recovery;
    };
    Result<CodeGiven> check_code(const Row& row, std::string_view code);
    // In the caller's unit: `conflict` when the code was used meanwhile.
    static Status write_code_used(sql::Writer& unit, const Row& row, const CodeGiven& code);
    // In place of all before.
    static Status write_recovery_codes(sql::Writer& unit, const EmployeeId& id,
                                       const std::vector<RecoveryCode>& codes);
    Status write_session(sql::Writer& unit, const EmployeeId& id, const Bearer& session) const;
    // In place of `before`.
    Status write_session_instead(sql::Writer& unit, const EmployeeId& id, std::string_view before,
                                 const Bearer& session) const;
    // The browser is known from now on; a token for it when it was not before.
    Result<std::string> write_device(sql::Writer& unit, const EmployeeId& id,
                                     const std::optional<crypto::Hash>& known) const;

    sql::Connection& store_;
    gate::Gate& gate_;
    StaffKeys keys_;
    CommonPasswords common_;
    Throttle throttle_;
    const Clock& clock_;
    Random& random_;
    crypto::PasswordHasher hasher_;
    StaffSeal seal_;
    StaffPasskeys passkeys_;
};

}  // namespace avow::services
