delete from staff_passkeys where employee_id = $1 and passkey_id = $2
