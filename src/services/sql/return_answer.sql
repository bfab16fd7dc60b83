update request_messages set carried = 'returned' where customer_id = $1 and request_id = $2 and message_id = $3 and carried = 'letter'
