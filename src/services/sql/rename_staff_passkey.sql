update staff_passkeys set name = $3 where employee_id = $1 and passkey_id = $2
