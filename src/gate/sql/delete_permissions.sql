delete from permissions where customer_id = $1
