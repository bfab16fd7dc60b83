insert into letter_stops (secret_hash, customer_id, letter_id, purpose, made_ms) values ($1, $2, $3, $4, $5)
