delete from answers where customer_id = $1
