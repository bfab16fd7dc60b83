update accounts set password = $2 where customer_id = $1
