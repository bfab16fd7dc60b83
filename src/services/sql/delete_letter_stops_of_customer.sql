delete from letter_stops where customer_id = $1
