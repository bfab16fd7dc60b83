delete from former_addresses where customer_id = $1
