update mail_threads set request_id = $3 where customer_id = $1 and request_id = $2 and message_id in (select message_id from request_messages where customer_id = $1 and request_id = $3)
