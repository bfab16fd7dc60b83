delete from address_changes where customer_id = $1
