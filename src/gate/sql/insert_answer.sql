insert into answers (key_hash, customer_id, at_ms, sealed) values ($1, $2, $3, $4)
