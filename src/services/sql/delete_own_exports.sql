delete from exports where customer_id = $1 and of_right = 0
