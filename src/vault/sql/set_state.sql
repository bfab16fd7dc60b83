update customers set revision = $3, state = $4, mark = $5 where customer_id = $1 and revision = $2
