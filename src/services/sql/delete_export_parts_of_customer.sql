delete from export_parts where customer_id = $1
