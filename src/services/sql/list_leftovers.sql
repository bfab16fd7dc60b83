select customer_id from leftovers
