-- distribution: customer_id
create table accounts (
    customer_id   blob not null unique,
    password      text not null,
    created_ms    integer not null,
    changed_ms    integer not null,
    language      text not null,
    policy_seen   text not null
) strict;
-- Asked by the hash alone: whose session it is, is the answer.
-- distribution: token_hash
create table sessions (
    token_hash  blob not null unique,
    customer_id blob not null,
    created_ms  integer not null,
    seen_ms     integer not null
) strict;
create index sessions_by_customer on sessions (customer_id);
