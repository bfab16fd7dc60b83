select address, made_ms from address_changes where customer_id = $1
