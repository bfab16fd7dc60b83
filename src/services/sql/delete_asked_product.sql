delete from held_products where customer_id = $1 and product = $2 and state = 'asked'
