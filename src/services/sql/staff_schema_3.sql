-- Passkeys of the employees: a public key each, and a name that is sealed.
-- distribution: reference
create table staff_passkeys (
    employee_id     blob not null,
    passkey_id      blob not null,
    credential      blob not null,
    public_key      blob not null,
    name            blob not null,
    signatures      integer not null,
    backup_eligible integer not null,
    backed_up       integer not null,
    made_ms         integer not null,
    used_ms         integer,
    unique (employee_id, credential)
) strict;
