delete from staff_passkeys where employee_id = $1
