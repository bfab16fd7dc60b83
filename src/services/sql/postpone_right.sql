update rights set due_ms = $4 where customer_id = $1 and right_id = $2 and revision = $3
