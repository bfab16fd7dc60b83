insert into unfiled_acts (customer_id, entry_id, kind, at_ms, sealed) values ($1, $2, $3, $4, $5)
