delete from holds where customer_id = $1 and hold_id = $2
