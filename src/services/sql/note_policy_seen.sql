update accounts set policy_seen = $2 where customer_id = $1
