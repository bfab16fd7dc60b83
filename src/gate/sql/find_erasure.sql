select 1 from erasures where customer_id = $1 and entry_id = $2
