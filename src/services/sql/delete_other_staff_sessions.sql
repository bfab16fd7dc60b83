delete from staff_sessions where employee_id = $1 and token_hash <> $2
