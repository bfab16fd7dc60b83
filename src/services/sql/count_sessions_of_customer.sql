select count(*) from sessions where customer_id = $1
