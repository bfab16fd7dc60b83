delete from held_products where customer_id = $1
