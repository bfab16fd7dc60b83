delete from data where customer_id = $1
