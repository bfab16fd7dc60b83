update employees set state = 'invited', roles = $2, language = $3, person = $4, totp = $5, totp_step = -1, password = '', changed_ms = $6 where employee_id = $1 and state <> 'active'
