select count(*) from accounts where customer_id = $1
