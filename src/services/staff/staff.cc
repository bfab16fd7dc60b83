// SPDX-License-Identifier: Apache-2.0
#include "services/staff/staff.hh"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.hh"
#include "base/text.hh"
#include "mail/address.hh"
#include "services/account/password_rules.hh"
#include "services/factors/base32.hh"
#include "services/factors/totp.hh"
#include "services/staff/staff_row.hh"
#include "services/staff/staff_schema.hh"
#include "services/staff/tokens.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

constexpr std::size_t kNameMax = 100;  // LIMIT: bytes of an employee's name

std::optional<Employee::State> state_from(std::string_view name) {
    for (const auto state :
         {Employee::State::invited, Employee::State::active, Employee::State::disabled}) {
        if (name_of(state) == name) return state;
    }
    return std::nullopt;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (const auto word : split(text, ' ')) words.emplace_back(word);
    return words;
}

Error no_such_invitation() {
    return {Code::not_found,
            "this invitation was used, is over or was replaced: ask for a new one"};
}

Status check_roles(const std::vector<std::string>& wanted) {
    Error wrong(Code::invalid, "the roles cannot be given");
    if (wanted.empty()) wrong = std::move(wrong).at("/roles", "at least one role is wanted");
    for (const auto& role : wanted) {
        const auto& known = roles();
        if (std::find(known.begin(), known.end(), role) != known.end()) continue;
        const auto near = nearest(role, known);
        wrong = std::move(wrong).at(
            "/roles", "there is no role of that name" + (near ? "; did you mean \"" + *near + "\"?"
                                                              : "; one of " + join(known, ", ")));
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

Status check_person(std::string_view name, std::string_view email) {
    Error wrong(Code::invalid, "the employee cannot be invited");
    if (trimmed(name).empty() || name.size() > kNameMax || first_invalid_utf8(name)) {
        wrong = std::move(wrong).at("/name", "1 to 100 bytes are wanted");
    }
    if (auto address = mail::check_address(email); !address) {
        wrong = std::move(wrong).at("/email", address.error().words().value);
    }
    if (wrong.inputs().empty()) return {};
    return wrong;
}

}  // namespace

std::string_view name_of(Employee::State state) {
    switch (state) {
        case Employee::State::invited:
            return "invited";
        case Employee::State::active:
            return "active";
        case Employee::State::disabled:
            return "disabled";
    }
    return "disabled";
}

StaffKeys staff_keys_from(const crypto::Key& root) {
    return {crypto::derive(root, "staff seal"), crypto::derive(root, "staff index")};
}

Result<std::unique_ptr<Staff>> Staff::create(sql::Connection& store, gate::Gate& gate,
                                             StaffKeys keys, std::string_view common_passwords,
                                             const Clock& clock, Random& random) {
    TRY(const auto common, CommonPasswords::create(common_passwords));
    TRY_OK(migrate_staff(store));
    const auto now = clock.now().ms;
    TRY_OK(store.write([&](sql::Writer& unit) -> Status {
        TRY_OK(unit.execute(statements::delete_old_staff_sessions,
                            {now - kStaffLifeMs, now - kStaffIdleMs}));
        return unit.execute(statements::delete_old_staff_devices, {now - kStaffDeviceLifeMs});
    }));
    return std::unique_ptr<Staff>(new Staff(store, gate, std::move(keys), common, clock, random));
}

crypto::Hash Staff::address_hash(std::string_view email) const {
    auto folded = fold(trimmed(email));
    const auto hash = crypto::hmac_sha256(keys_.index, as_bytes(folded));
    wipe(folded.data(), folded.size());
    return hash;
}

Bytes Staff::seal_person(const EmployeeId& id, const Person& person) const {
    const auto token = own_token();
    auto text = json::canonical({{"email", trimmed(person.email.reveal(token))},
                                 {"name", trimmed(person.name.reveal(token))}});
    auto sealed = seal_.seal(id, "person", as_bytes(text));
    wipe(text.data(), text.size());
    return sealed;
}

Result<Staff::Row> Staff::read_row(const sql::Row& row) {
    const auto id = EmployeeId::from_bytes(row.blob(0));
    const auto state = state_from(row.text(1));
    if (!id || !state) return Error(Code::corrupt, "an employee has a damaged id or state");
    return Row{*id,
               *state,
               std::string(row.text(2)),
               std::string(row.text(3)),
               std::string(row.text(4)),
               to_bytes(row.blob(5)),
               row.integer(6),
               to_bytes(row.blob(7)),
               {row.integer(8)},
               {row.integer(9)}};
}

Result<std::optional<Staff::Row>> Staff::find_row(std::string_view statement, ByteView key) {
    std::optional<Row> found;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statement, {key}, [&](const sql::Row& row) -> Status {
            TRY(found, read_row(row));
            return {};
        });
    }));
    return found;
}

Result<Employee> Staff::open_employee(const Row& row) const {
    TRY(auto plain, seal_.open(row.id, "person", row.person));
    TRY(auto told, json::parse(as_text(plain)));
    wipe(plain.data(), plain.size());
    auto& person = told.as_object();
    return Employee{row.id,
                    row.state,
                    words_of(row.roles),
                    row.language,
                    {Personal<std::string>(std::string(person.at("name").as_string())),
                     Personal<std::string>(std::string(person.at("email").as_string()))},
                    row.created,
                    row.changed};
}

std::string Staff::organization() const {
    const auto policy = gate_.policies().in_force();
    return policy == nullptr ? "avow" : policy->organization;
}

Status Staff::check_new_password(std::string_view password, std::string_view email) const {
    return check_password(password, email, organization(), common_);
}

Result<Invited> Staff::invite(NewEmployee wanted) {
    const auto token = own_token();
    const auto& email = wanted.person.email.reveal(token);
    TRY_OK(check_roles(wanted.roles));
    TRY_OK(check_person(wanted.person.name.reveal(token), trimmed(email)));
    const auto hash = address_hash(email);
    TRY(const auto known, find_row(statements::find_employee_by_address, hash));
    if (known && known->state == Employee::State::active) {
        return Error(Code::conflict, "an employee with this address is active, " +
                                         known->id.text() +
                                         ": disable them first, to invite them anew");
    }
    const auto now = clock_.now();
    const auto id = known ? known->id : EmployeeId::make(now, random_);
    const auto bearer = make_bearer("", random_);
    const auto until = now + kInvitationLifeMs;
    const auto person = seal_person(id, wanted.person);
    auto secret = make_totp_secret(random_);
    const auto totp = seal_.seal(id, "totp", secret);
    wipe(secret.data(), secret.size());
    const auto roles = ::avow::join(wanted.roles, " ");
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView key(id.bytes());
        if (known) {
            TRY(const auto changed,
                unit.run(statements::invite_employee_again,
                         {key, std::string_view(roles), std::string_view(wanted.language),
                          ByteView(person), ByteView(totp), now.ms}));
            if (changed == 0) return Error(Code::conflict, "the employee joined meanwhile");
        } else {
            TRY_OK(unit.execute(
                statements::insert_employee,
                {key, ByteView(hash), std::string_view(roles), std::string_view(wanted.language),
                 ByteView(person), ByteView(totp), now.ms}));
        }
        TRY_OK(unit.execute(statements::delete_invitation, {key}));
        return unit.execute(statements::insert_invitation, {ByteView(bearer.hash), key, until.ms});
    }));
    return Invited{id, bearer.text, until};
}

Result<std::vector<Employee>> Staff::list() {
    std::vector<Row> rows;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        rows.clear();
        return reader.query(statements::list_employees, {}, [&](const sql::Row& row) -> Status {
            TRY(auto read, read_row(row));
            rows.push_back(std::move(read));
            return {};
        });
    }));
    std::vector<Employee> employees;
    for (const auto& row : rows) {
        TRY(auto employee, open_employee(row));
        employees.push_back(std::move(employee));
    }
    return employees;
}

Result<Employee> Staff::get(const EmployeeId& id) {
    TRY(const auto row, find_row(statements::find_employee, id.bytes()));
    if (!row) return Error(Code::not_found, "there is no such employee");
    return open_employee(*row);
}

Result<std::optional<Employee>> Staff::find_active(const Personal<std::string>& email) {
    const auto hash = address_hash(email.reveal(own_token()));
    TRY(const auto row, find_row(statements::find_employee_by_address, hash));
    if (!row || row->state != Employee::State::active) return std::optional<Employee>();
    TRY(auto found, open_employee(*row));
    return std::optional<Employee>(std::move(found));
}

Status Staff::disable(const EmployeeId& id) {
    std::int64_t disabled = 0;
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView key(id.bytes());
        TRY(disabled, unit.run(statements::disable_employee, {key}));
        TRY_OK(unit.execute(statements::delete_staff_sessions, {key}));
        TRY_OK(unit.execute(statements::delete_staff_devices, {key}));
        TRY_OK(unit.execute(statements::delete_staff_recovery_codes, {key}));
        TRY_OK(StaffPasskeys::write_forget_all(unit, id));
        return unit.execute(statements::delete_invitation, {key});
    }));
    if (disabled == 0)
        return Error(Code::not_found, "there is no such employee, or they were disabled before");
    return {};
}

Result<Invitation> Staff::find_invitation(std::string_view secret) {
    const auto hash = hash_of_bearer(secret);
    std::optional<EmployeeId> id;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        return reader.query(statements::find_invitation, {ByteView(hash)},
                            [&](const sql::Row& row) -> Status {
                                if (clock_.now().ms < row.integer(1))
                                    id = EmployeeId::from_bytes(row.blob(0));
                                return {};
                            });
    }));
    if (!id) return no_such_invitation();
    TRY(const auto row, find_row(statements::find_employee, id->bytes()));
    if (!row || row->state != Employee::State::invited) return no_such_invitation();
    TRY(auto employee, open_employee(*row));
    TRY(auto totp, seal_.open(*id, "totp", row->totp));
    Personal<std::string> typed(base32(totp, Base32::rfc4648));
    Personal<std::string> uri(
        totp_uri(organization(), employee.person.email.reveal(own_token()), totp));
    wipe(totp.data(), totp.size());
    return Invitation{std::move(employee), std::move(typed), std::move(uri)};
}

Result<StaffSignedIn> Staff::join(const Joining& joining) {
    const auto token = own_token();
    TRY(const auto invitation, find_invitation(joining.secret));
    const auto& id = invitation.employee.id;
    TRY_OK(check_new_password(joining.password.reveal(token),
                              invitation.employee.person.email.reveal(token)));
    TRY(const auto row, find_row(statements::find_employee, id.bytes()));
    if (!row) return no_such_invitation();
    TRY(auto totp, seal_.open(id, "totp", row->totp));
    const auto step = check_totp(totp, joining.code, clock_.now(), row->totp_step);
    wipe(totp.data(), totp.size());
    if (!step) {
        return Error(Code::invalid, "the code is not right")
            .at("/code", "is not the code that the authenticator shows now");
    }
    TRY(const auto hash, hasher_.hash(joining.password.reveal(token)));
    const auto codes = make_recovery_codes(random_);
    const auto session = make_bearer("", random_);
    const auto device = make_bearer("", random_);
    const auto link = hash_of_bearer(joining.secret);
    TRY_OK(store_.write([&](sql::Writer& unit) -> Status {
        const ByteView key(id.bytes());
        TRY(const auto used, unit.run(statements::use_invitation, {ByteView(link)}));
        if (used == 0) return no_such_invitation();
        TRY(const auto joined, unit.run(statements::join_employee,
                                        {key, std::string_view(hash), *step, clock_.now().ms}));
        if (joined == 0) return no_such_invitation();
        TRY_OK(write_recovery_codes(unit, id, codes));
        TRY_OK(unit.execute(statements::insert_staff_device,
                            {key, ByteView(device.hash), clock_.now().ms}));
        return write_session(unit, id, session);
    }));
    return StaffSignedIn{id, session.text, device.text, texts_of(codes)};
}

}  // namespace avow::services
