delete from devices where customer_id = $1
