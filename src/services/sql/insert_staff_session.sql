insert into staff_sessions (token_hash, employee_id, created_ms, seen_ms) values ($1, $2, $3, $3)
