select entry_id, kind, at_ms, sealed from acts where customer_id = $1 and entry_id = $2
