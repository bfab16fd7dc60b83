-- Acts of uses that are appended and not yet in their customers' places (see unfiled.cc): few, and for
-- seconds. Empty where several nodes share the store.
-- distribution: customer_id
create table unfiled_acts (
    customer_id blob not null,
    entry_id    blob not null,
    kind        text not null,
    at_ms       integer not null,
    sealed      blob not null,
    unique (entry_id, customer_id)
) strict;
