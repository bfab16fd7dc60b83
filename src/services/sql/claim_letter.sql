update letters set next_ms = $4, attempts = attempts + 1, claimed_by = $5 where customer_id = $1 and letter_id = $2 and state = 'waiting' and next_ms = $3
