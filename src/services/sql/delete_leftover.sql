delete from leftovers where customer_id = $1
