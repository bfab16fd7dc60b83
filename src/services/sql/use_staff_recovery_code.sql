delete from staff_recovery_codes where employee_id = $1 and code_hash = $2
