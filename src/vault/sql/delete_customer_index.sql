delete from blind_index where customer_id = $1
