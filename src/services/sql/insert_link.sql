insert into account_links (token_hash, customer_id, kind, made_ms, ends_ms) values ($1, $2, $3, $4, $5)
