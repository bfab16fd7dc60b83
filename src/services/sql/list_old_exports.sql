select customer_id, export_id from exports where created_ms < $1 order by created_ms limit 100
