delete from sign_ups where customer_id = $1
