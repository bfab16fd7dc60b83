update exports set state = $4, changed_ms = $5 where customer_id = $1 and export_id = $2 and state = $3
