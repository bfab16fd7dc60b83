select entry_id, at_ms, salt, details, line from erasures where customer_id = $1 and whole = 1
