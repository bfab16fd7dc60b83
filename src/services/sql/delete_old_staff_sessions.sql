delete from staff_sessions where created_ms < $1 or seen_ms < $2
