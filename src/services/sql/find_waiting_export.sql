select customer_id, export_id, language, total from exports where state = 'waiting' or (state = 'making' and changed_ms < $1) order by created_ms limit 1
