update employees set state = 'disabled' where employee_id = $1 and state <> 'disabled'
