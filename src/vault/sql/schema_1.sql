-- Sealed fields, customer first: the schema distributes by customer_id as it stands.
-- Rowid tables with a unique key: rows near 1 KB would overflow the pages of a WITHOUT ROWID table.
-- distribution: customer_id
create table customers (
    customer_id blob not null unique,
    revision    integer not null,
    created_ms  integer not null,
    state       integer not null,
    mark        blob not null
) strict;
-- distribution: customer_id
create table data (
    customer_id   blob not null,
    datum_id      blob not null,
    collection_id blob not null,
    field         text not null,
    sealed        blob not null,
    unique (customer_id, datum_id)
) strict;
-- Asked by the hash alone: whose address it is, is the answer.
-- distribution: hash
create table blind_index (
    name        text not null,
    hash        blob not null,
    customer_id blob not null,
    primary key (name, hash)
) strict, without rowid;
create index blind_index_by_customer on blind_index (customer_id);
