insert into employees (employee_id, address_hash, state, roles, language, person, totp, totp_step, password, created_ms, changed_ms) values ($1, $2, 'invited', $3, $4, $5, $6, -1, '', $7, $7)
