insert into staff_devices (employee_id, token_hash, seen_ms) values ($1, $2, $3)
