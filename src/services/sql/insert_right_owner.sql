insert into right_owners (right_id, customer_id) values ($1, $2)
