select customer_id, created_ms, seen_ms from sessions where token_hash = $1
