select seen_ms from devices where customer_id = $1 and token_hash = $2
