select 1 from customers where customer_id = $1 and revision = $2 for share
