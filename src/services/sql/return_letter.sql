update letters set state = 'returned', status = $3, claimed_by = '', sealed = $4 where customer_id = $1 and letter_id = $2 and state in ('waiting', 'sent')
