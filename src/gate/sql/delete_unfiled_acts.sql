delete from unfiled_acts where customer_id = $1
