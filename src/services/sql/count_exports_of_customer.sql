select count(*) from exports where customer_id = $1
