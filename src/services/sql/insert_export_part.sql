insert into export_parts (customer_id, export_id, number, sealed) values ($1, $2, $3, $4)
