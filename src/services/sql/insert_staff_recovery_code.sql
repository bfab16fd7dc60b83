insert into staff_recovery_codes (employee_id, code_hash) values ($1, $2)
