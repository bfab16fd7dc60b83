update drp_requests set customer_id = $2, right_id = $3, follows = $4, sealed = $5, open_ms = 0 where drp_id = $1 and open_ms > 0 and ended = ''
