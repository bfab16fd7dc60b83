update request_messages set request_id = $3 where customer_id = $1 and request_id = $2
