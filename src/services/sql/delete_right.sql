delete from rights where customer_id = $1 and right_id = $2
