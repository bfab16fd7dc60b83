delete from blind_index where customer_id = $1 and name = $2
