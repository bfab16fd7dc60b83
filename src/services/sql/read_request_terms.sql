select customer_id, message_id, collection_id, sealed from request_terms where message_id < $1 order by message_id desc limit $2
