create table ledger_pending (
    position integer primary key,
    entry_id blob not null unique,
    entry    text not null
) strict;
create table ledger_index (
    entry_id   blob not null primary key,
    leaf_index integer not null unique
) strict;
