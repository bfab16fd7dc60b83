select passkey_id, public_key, signatures, backup_eligible from staff_passkeys where employee_id = $1 and credential = $2
