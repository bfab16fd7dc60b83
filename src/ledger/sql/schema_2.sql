-- Pending entries stand beside their customer's rows; entries of nobody stand by their own id.
alter table ledger_pending rename to ledger_pending_1;
-- distribution: customer_id
create table ledger_pending (
    customer_id blob not null,
    entry_id    blob not null,
    entry       text not null,
    unique (entry_id, customer_id)
) strict;
insert into ledger_pending (customer_id, entry_id, entry)
    select entry_id, entry_id, entry from ledger_pending_1 order by position;
drop table ledger_pending_1;
alter table ledger_index rename to ledger_index_1;
-- distribution: entry_id
create table ledger_index (
    entry_id   blob not null unique,
    leaf_index integer not null
) strict;
insert into ledger_index (entry_id, leaf_index) select entry_id, leaf_index from ledger_index_1;
drop table ledger_index_1;
create index ledger_index_by_leaf on ledger_index (leaf_index);
-- What follows is used where several nodes share the store; one node alone keeps files.
-- The widest tile of each place: it answers for the narrower ones.
-- distribution: number
create table ledger_tiles (
    number  integer not null,
    level   integer not null,
    width   integer not null,
    content blob not null,
    unique (number, level)
) strict;
-- One row: the newest checkpoint, and who may write the next. `fence` grows with each holder, `beat`
-- with each sign of life.
-- distribution: reference
create table ledger_state (
    id     integer not null primary key,
    fence  integer not null,
    beat   integer not null,
    holder text,
    size   integer not null,
    note   text not null
) strict;
insert into ledger_state (id, fence, beat, size, note) values (1, 0, 0, 0, '');
