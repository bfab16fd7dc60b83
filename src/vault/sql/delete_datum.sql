delete from data where customer_id = $1 and datum_id = $2
