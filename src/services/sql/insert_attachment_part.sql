insert into request_attachment_parts (customer_id, message_id, number, part, sealed) values ($1, $2, $3, $4, $5)
