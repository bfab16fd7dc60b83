update letters set next_ms = $2, claimed_by = '' where claimed_by = $1 and state = 'waiting'
