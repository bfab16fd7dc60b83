insert into ledger_pending (entry_id, entry) values ($1, $2)
