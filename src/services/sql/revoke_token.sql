update tokens set revoked_ms = $2 where token_id = $1 and revoked_ms is null
