select passkey_id, credential, name, backed_up, made_ms, used_ms from staff_passkeys where employee_id = $1 order by made_ms, passkey_id
