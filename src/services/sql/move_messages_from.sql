update request_messages set request_id = $3 where customer_id = $1 and request_id = $2 and (at_ms > $4 or (at_ms = $4 and message_id >= $5))
