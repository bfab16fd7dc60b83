delete from request_owners where customer_id = $1
