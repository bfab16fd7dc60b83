select customer_id from blind_index where name = $1 and hash = $2
