select language, state, created_ms, done, total, size from exports where customer_id = $1 and export_id = $2 and of_right = 1 and gone_ms >= $3
