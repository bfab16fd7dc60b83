delete from request_attachment_parts where customer_id = $1
