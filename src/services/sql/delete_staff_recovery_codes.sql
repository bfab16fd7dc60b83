delete from staff_recovery_codes where employee_id = $1
