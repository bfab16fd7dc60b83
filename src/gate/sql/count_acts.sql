select (select count(*) from acts where customer_id = $1) + (select count(*) from unfiled_acts where customer_id = $1)
