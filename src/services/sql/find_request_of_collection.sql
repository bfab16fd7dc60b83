select request_id from request_messages where customer_id = $1 and collection_id = $2
