insert into staff_passkeys (employee_id, passkey_id, credential, public_key, name, signatures, backup_eligible, backed_up, made_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
