delete from authenticators where customer_id = $1
