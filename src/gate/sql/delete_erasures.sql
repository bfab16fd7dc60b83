delete from erasures where customer_id = $1
