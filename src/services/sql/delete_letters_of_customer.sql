delete from letters where customer_id = $1
