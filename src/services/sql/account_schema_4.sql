-- Passkeys; the name that their holder gave one is sealed.
-- distribution: customer_id
create table passkeys (
    customer_id     blob not null,
    passkey_id      blob not null,
    credential      blob not null,
    public_key      blob not null,
    name            blob not null,
    signatures      integer not null,
    backup_eligible integer not null,
    backed_up       integer not null,
    made_ms         integer not null,
    used_ms         integer,
    unique (customer_id, passkey_id),
    unique (customer_id, credential)
) strict;
-- The authenticator that makes codes: its secret is sealed; asked for once confirmed_ms is there.
-- distribution: customer_id
create table authenticators (
    customer_id  blob not null unique,
    secret       blob not null,
    made_ms      integer not null,
    confirmed_ms integer,
    last_step    integer not null
) strict;
-- distribution: customer_id
create table recovery_codes (
    customer_id blob not null,
    code_hash   blob not null,
    unique (customer_id, code_hash)
) strict;
