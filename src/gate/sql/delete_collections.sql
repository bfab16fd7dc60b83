delete from collections where customer_id = $1
