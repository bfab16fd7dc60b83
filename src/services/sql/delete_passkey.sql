delete from passkeys where customer_id = $1 and passkey_id = $2
