select product, state, since_ms, request_id from held_products where customer_id = $1 order by product
