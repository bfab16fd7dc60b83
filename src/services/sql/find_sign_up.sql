select customer_id from sign_ups where address_hash = $1
