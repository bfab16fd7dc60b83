select token_id, role, name from tokens where token_hash = $1 and revoked_ms is null
