update accounts set policy_seen = $2, language = $3 where customer_id = $1
