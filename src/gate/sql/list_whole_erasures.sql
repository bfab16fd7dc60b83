select customer_id, entry_id, salt, details, line from erasures where whole = 1 and customer_id > $1 order by customer_id limit $2
