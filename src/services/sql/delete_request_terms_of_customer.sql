delete from request_terms where customer_id = $1
