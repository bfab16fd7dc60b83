update devices set seen_ms = $3 where customer_id = $1 and token_hash = $2
