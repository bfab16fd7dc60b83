update staff_devices set seen_ms = $3 where employee_id = $1 and token_hash = $2
