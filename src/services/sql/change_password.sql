update accounts set password = $3, changed_ms = $4 where customer_id = $1 and password = $2
