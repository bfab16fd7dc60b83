-- SQLite keeps what is pending in the order of its commits, and it is few: there a key would only
-- dirty two more pages of the log with every commit.
alter table ledger_pending rename to ledger_pending_2;
-- distribution: customer_id
create table ledger_pending (
    customer_id blob not null,
    entry_id    blob not null,
    entry       text not null
) strict;
insert into ledger_pending (customer_id, entry_id, entry)
    select customer_id, entry_id, entry from ledger_pending_2;
drop table ledger_pending_2;
-- postgres: create unique index ledger_pending_by_entry on ledger_pending (entry_id, customer_id);
