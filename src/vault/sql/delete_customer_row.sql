delete from customers where customer_id = $1
