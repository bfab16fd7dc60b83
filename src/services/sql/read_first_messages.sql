select request_id, collection_id from request_messages where customer_id = $1 order by at_ms desc, message_id desc
