delete from staff_sessions where employee_id = $1
