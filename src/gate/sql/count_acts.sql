select count(*) from acts where customer_id = $1
