update exports set state = 'fetching', changed_ms = $3, made_by = $4 where customer_id = $1 and export_id = $2 and state = 'ready'
