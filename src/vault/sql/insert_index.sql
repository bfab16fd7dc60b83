insert into blind_index (name, hash, customer_id) values ($1, $2, $3)
