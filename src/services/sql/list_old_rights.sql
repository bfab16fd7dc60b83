select customer_id, right_id from rights where due_ms = 0 and until_ms > 0 and until_ms < $1 limit 100
