delete from recovery_codes where customer_id = $1 and code_hash = $2
