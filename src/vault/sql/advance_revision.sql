update customers set revision = $3, mark = $4 where customer_id = $1 and revision = $2
