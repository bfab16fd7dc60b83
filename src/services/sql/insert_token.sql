insert into tokens (token_id, token_hash, role, name, created_ms) values ($1, $2, $3, $4, $5)
