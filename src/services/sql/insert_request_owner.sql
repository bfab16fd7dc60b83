insert into request_owners (request_id, customer_id) values ($1, $2)
