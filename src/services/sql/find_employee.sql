select employee_id, state, roles, language, password, totp, totp_step, person, created_ms, changed_ms from employees where employee_id = $1
