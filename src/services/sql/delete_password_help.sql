delete from password_help where customer_id = $1
