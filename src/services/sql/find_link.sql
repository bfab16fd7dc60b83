select customer_id, ends_ms from account_links where token_hash = $1 and kind = $2
