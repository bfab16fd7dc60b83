select customer_id, at_ms, sealed from answers where key_hash = $1 and at_ms > $2
