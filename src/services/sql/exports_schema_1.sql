-- Exports being made or waiting to be fetched, one a customer at most, for a day. No personal data in
-- clear: states, times and counts; the archive's parts are sealed under the customer's key.
-- distribution: customer_id
create table exports (
    customer_id blob not null,
    export_id   blob not null,
    language    text not null,
    state       text not null,
    created_ms  integer not null,
    changed_ms  integer not null,
    done        integer not null,
    total       integer not null,
    size        integer not null,
    made_by     text not null, -- and handed out by
    unique (customer_id, export_id)
) strict;
create index exports_by_age on exports (created_ms);
-- distribution: customer_id
create table export_parts (
    customer_id blob not null,
    export_id   blob not null,
    number      integer not null,
    sealed      blob not null,
    unique (customer_id, export_id, number)
) strict;
