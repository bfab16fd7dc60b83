update passkeys set name = $3 where customer_id = $1 and passkey_id = $2
