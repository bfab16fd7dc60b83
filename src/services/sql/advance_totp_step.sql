update employees set totp_step = $2 where employee_id = $1 and totp_step < $2
