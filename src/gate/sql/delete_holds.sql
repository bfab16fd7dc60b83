delete from holds where customer_id = $1
