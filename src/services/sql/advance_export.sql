update exports set done = $4, size = $5, changed_ms = $6 where customer_id = $1 and export_id = $2 and state = 'making' and made_by = $3
