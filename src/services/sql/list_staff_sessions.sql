select token_hash, created_ms, seen_ms from staff_sessions where employee_id = $1 and created_ms >= $2 and seen_ms >= $3 order by seen_ms desc, created_ms desc
