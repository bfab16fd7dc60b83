select sealed from export_parts where customer_id = $1 and export_id = $2 and number = $3
