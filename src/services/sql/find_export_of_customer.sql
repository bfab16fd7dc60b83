select export_id, language, state, created_ms, done, total, size from exports where customer_id = $1 and of_right = 0 order by export_id desc limit 1
