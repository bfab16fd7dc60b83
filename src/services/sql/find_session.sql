select customer_id, created_ms, seen_ms, proved_ms from sessions where token_hash = $1
