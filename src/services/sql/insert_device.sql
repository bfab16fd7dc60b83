insert into devices (customer_id, token_hash, seen_ms) values ($1, $2, $3)
