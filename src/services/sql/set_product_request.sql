update held_products set request_id = $3 where customer_id = $1 and product = $2
