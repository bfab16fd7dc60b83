select address from former_addresses where customer_id = $1 and token_hash = $2
