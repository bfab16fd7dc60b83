delete from request_messages where customer_id = $1
