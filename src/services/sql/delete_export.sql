delete from exports where customer_id = $1 and export_id = $2
