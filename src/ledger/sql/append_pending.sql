insert into ledger_pending (customer_id, entry_id, entry) values ($1, $2, $3)
