insert into former_addresses (customer_id, token_hash, address, ends_ms) values ($1, $2, $3, $4)
