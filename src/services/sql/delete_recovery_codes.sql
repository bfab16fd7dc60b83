delete from recovery_codes where customer_id = $1
