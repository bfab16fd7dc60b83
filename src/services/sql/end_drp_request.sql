update drp_requests set ended = $2, until_ms = $3, sealed = $4, open_ms = 0 where drp_id = $1 and ended = ''
