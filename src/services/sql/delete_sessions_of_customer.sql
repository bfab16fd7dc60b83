delete from sessions where customer_id = $1
