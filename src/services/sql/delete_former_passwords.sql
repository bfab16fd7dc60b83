delete from former_passwords where customer_id = $1
