update retention_runs set reached = $2, looked_at = looked_at + $3, taken = taken + $4, held_back = held_back + $5 where run_id = $1 and ended_ms is null
