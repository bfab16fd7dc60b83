update employees set password = $3, changed_ms = $4 where employee_id = $1 and password = $2
