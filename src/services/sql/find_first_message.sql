select message_id, at_ms, collection_id from request_messages where customer_id = $1 and request_id = $2 order by at_ms, message_id limit 1
