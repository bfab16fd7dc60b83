-- What was erased, what may not be, and the retention's runs. No personal data: ids, names of
-- fields, times and counts; a hold's reason is sealed.
-- distribution: customer_id
create table erasures (
    customer_id blob not null,
    entry_id    blob not null,
    whole       integer not null,
    at_ms       integer not null,
    fields      text not null,
    salt        blob not null,
    details     text not null,
    line        text not null,
    unique (customer_id, entry_id)
) strict;
-- distribution: customer_id
create table holds (
    customer_id   blob not null,
    hold_id       blob not null,
    collection_id blob not null,
    kind          text not null,
    since_ms      integer not null,
    sealed        blob not null,
    unique (customer_id, hold_id)
) strict;
-- distribution: reference
create table house_acts (
    entry_id blob not null unique,
    kind     text not null,
    at_ms    integer not null,
    salt     blob not null,
    details  text not null
) strict;
-- distribution: reference
create table retention_runs (
    run_id    blob not null unique,
    began_ms  integer not null,
    ended_ms  integer,
    reached   blob not null,
    looked_at integer not null,
    taken     integer not null,
    held_back integer not null
) strict;
-- distribution: reference
create table leases (
    name     text not null primary key,
    holder   blob not null,
    fence    integer not null,
    until_ms integer not null
) strict;
-- An erased customer's answers go, too.
create index answers_by_customer on answers (customer_id);
