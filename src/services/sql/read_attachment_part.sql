select sealed from request_attachment_parts where customer_id = $1 and message_id = $2 and number = $3 and part = $4
