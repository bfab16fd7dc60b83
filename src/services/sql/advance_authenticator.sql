update authenticators set last_step = $2 where customer_id = $1 and last_step < $2
