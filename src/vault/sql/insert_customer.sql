insert into customers (customer_id, revision, created_ms, state, mark) values ($1, 0, $2, 0, $3)
