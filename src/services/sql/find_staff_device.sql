select seen_ms from staff_devices where employee_id = $1 and token_hash = $2
