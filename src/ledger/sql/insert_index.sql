insert into ledger_index (entry_id, leaf_index) values ($1, $2)
