select count(*) from letters where customer_id = $1
