select message_id, number, collection_id, bytes, sealed from request_attachments where customer_id = $1 order by message_id, number
