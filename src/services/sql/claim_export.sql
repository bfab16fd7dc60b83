update exports set state = 'making', made_by = $3, changed_ms = $4, done = 0, size = 0 where customer_id = $1 and export_id = $2 and (state = 'waiting' or (state = 'making' and changed_ms < $5))
