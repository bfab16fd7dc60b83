delete from invitations where employee_id = $1
