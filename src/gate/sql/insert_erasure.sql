insert into erasures (customer_id, entry_id, whole, at_ms, fields, salt, details, line) values ($1, $2, $3, $4, $5, $6, $7, $8)
