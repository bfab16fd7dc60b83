select revision, created_ms, state, mark from customers where customer_id = $1
