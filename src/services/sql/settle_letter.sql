update letters set state = $4, status = $5, claimed_by = '', sealed = $6 where customer_id = $1 and letter_id = $2 and state = 'waiting' and next_ms = $3
