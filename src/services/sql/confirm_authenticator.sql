update authenticators set confirmed_ms = $2, last_step = $3 where customer_id = $1 and secret = $4 and confirmed_ms is null
