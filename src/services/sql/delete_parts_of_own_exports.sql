delete from export_parts where customer_id = $1 and export_id in (select export_id from exports where customer_id = $1 and of_right = 0)
