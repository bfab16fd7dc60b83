delete from exports where customer_id = $1
