-- What was collected, permitted and done. No personal data in clear: names of channels, purposes and
-- versions, times, ids; openings are sealed, other rows carry a mark of the customer's key.
-- distribution: reference
create table policies (
    version      text not null primary key,
    position     integer not null unique,
    published_ms integer not null,
    entry_id     blob not null,
    salt         blob not null,
    details      text not null,
    files        text not null
) strict;
-- distribution: customer_id
create table collections (
    customer_id    blob not null,
    collection_id  blob not null,
    channel        text not null,
    policy_version text not null,
    purposes       text not null,
    at_ms          integer not null,
    mark           blob not null,
    unique (customer_id, collection_id)
) strict;
-- distribution: customer_id
create table permissions (
    customer_id blob not null,
    purpose     text not null,
    granted     integer not null,
    since_ms    integer not null,
    entry_id    blob not null,
    mark        blob not null,
    unique (customer_id, purpose)
) strict;
-- distribution: customer_id
create table acts (
    customer_id blob not null,
    entry_id    blob not null,
    kind        text not null,
    at_ms       integer not null,
    sealed      blob not null,
    unique (customer_id, entry_id)
) strict;
