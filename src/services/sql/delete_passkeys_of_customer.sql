delete from passkeys where customer_id = $1
