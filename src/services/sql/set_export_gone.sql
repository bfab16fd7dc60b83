update exports set gone_ms = $3 where customer_id = $1 and export_id = $2
