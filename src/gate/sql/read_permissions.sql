select purpose, granted, since_ms, entry_id, mark from permissions where customer_id = $1 order by purpose
