insert into quarantine (item_id, at_ms, reason, bytes, sealed) values ($1, $2, $3, $4, $5)
