select count(*) from held_products where customer_id = $1
