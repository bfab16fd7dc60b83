insert into recovery_codes (customer_id, code_hash) select $2, code_hash from recovery_codes where customer_id = $1
