update staff_sessions set seen_ms = $2 where token_hash = $1
