update drp_requests set told = $2, next_ms = $3, tries = $4 where drp_id = $1
