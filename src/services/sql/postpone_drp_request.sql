update drp_requests set open_ms = $2 where drp_id = $1 and open_ms > 0
