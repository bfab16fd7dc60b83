select customer_id from customers where customer_id > $1 order by customer_id limit $2
