insert into request_terms (customer_id, message_id, collection_id, sealed) values ($1, $2, $3, $4) on conflict (customer_id, message_id) do nothing
