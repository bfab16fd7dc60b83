update staff_passkeys set signatures = $3, backed_up = $4, used_ms = $5 where employee_id = $1 and passkey_id = $2
