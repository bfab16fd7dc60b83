select count(*) from requests where customer_id = $1
