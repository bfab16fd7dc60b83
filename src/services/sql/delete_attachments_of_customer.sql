delete from request_attachments where customer_id = $1
