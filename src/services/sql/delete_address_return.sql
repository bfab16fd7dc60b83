delete from address_returns where customer_id = $1
