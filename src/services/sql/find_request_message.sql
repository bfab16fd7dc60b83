select customer_id, request_id, message_id, collection_id, direction, channel, author, carried, automatic, left_out, at_ms, sealed from request_messages where customer_id = $1 and message_id = $2
