select token_id, role, name, created_ms, revoked_ms from tokens order by created_ms, token_id
