select fields from erasures where customer_id = $1 and whole = 0
