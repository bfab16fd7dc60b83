select epoch, wrapped from customer_keys where customer_id = $1
