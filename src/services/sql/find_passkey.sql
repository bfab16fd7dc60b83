select passkey_id, public_key, signatures, backup_eligible from passkeys where customer_id = $1 and credential = $2
