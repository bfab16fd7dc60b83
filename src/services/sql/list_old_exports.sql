select customer_id, export_id from exports where (of_right = 0 and created_ms < $1) or (of_right = 1 and gone_ms < $2) order by created_ms limit 100
