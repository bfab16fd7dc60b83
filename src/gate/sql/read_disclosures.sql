select entry_id, kind, at_ms, sealed, customer_id from acts where kind = 'disclosed'
