-- Employees. Name and address are sealed, and found by a keyed hash of the address; so is the secret
-- of the second factor. Roles are words with spaces between them.
-- distribution: reference
create table employees (
    employee_id  blob not null unique,
    address_hash blob not null unique,
    state        text not null,
    roles        text not null,
    language     text not null,
    person       blob not null,
    totp         blob not null,
    totp_step    integer not null,
    password     text not null,
    created_ms   integer not null,
    changed_ms   integer not null
) strict;
-- Invitations that wait, by the hash of their secret: one an employee, and each works once.
-- distribution: reference
create table invitations (
    token_hash  blob not null unique,
    employee_id blob not null unique,
    ends_ms     integer not null
) strict;
-- Codes that stand in for a lost second factor. A row is a code that was not used.
-- distribution: reference
create table staff_recovery_codes (
    employee_id blob not null,
    code_hash   blob not null,
    unique (employee_id, code_hash)
) strict;
-- distribution: reference
create table staff_sessions (
    token_hash  blob not null unique,
    employee_id blob not null,
    created_ms  integer not null,
    seen_ms     integer not null
) strict;
create index staff_sessions_by_employee on staff_sessions (employee_id);
-- Browsers that signed in before: nobody else's guesses slow them.
-- distribution: reference
create table staff_devices (
    employee_id blob not null,
    token_hash  blob not null,
    seen_ms     integer not null,
    unique (employee_id, token_hash)
) strict;
-- Which guidelines were acknowledged: the digest of the very text, in the language it was read in.
-- distribution: reference
create table acknowledgements (
    employee_id    blob not null,
    policy_version text not null,
    language       text not null,
    digest         text not null,
    at_ms          integer not null,
    unique (employee_id, policy_version)
) strict;
