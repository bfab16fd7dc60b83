update employees set state = 'active', password = $2, totp_step = $3, changed_ms = $4 where employee_id = $1 and state = 'invited'
