insert into request_attachments (customer_id, message_id, number, collection_id, bytes, sealed) values ($1, $2, $3, $4, $5, $6)
