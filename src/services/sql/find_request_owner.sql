select customer_id from request_owners where request_id = $1
