insert into sessions (token_hash, customer_id, created_ms, seen_ms, proved_ms) values ($1, $2, $3, $3, $3)
