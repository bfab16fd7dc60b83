select customer_id from right_owners where right_id = $1
