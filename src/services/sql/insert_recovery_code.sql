insert into recovery_codes (customer_id, code_hash) values ($1, $2)
