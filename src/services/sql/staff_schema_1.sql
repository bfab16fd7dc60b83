-- distribution: reference
create table tokens (
    token_id   blob not null unique,
    token_hash blob not null unique,
    role       text not null,
    name       text not null,
    created_ms integer not null,
    revoked_ms integer
) strict;
